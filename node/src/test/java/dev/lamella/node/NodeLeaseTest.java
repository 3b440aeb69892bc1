package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.store.GarbageCollection;
import dev.lamella.store.GcListener;
import dev.lamella.store.GcOptions;
import dev.lamella.store.GcReport;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.LayerRecord;
import dev.lamella.store.Lease;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a node shows, and collections of the store's garbage. */
@Tag("system")
@Timeout(120)
class NodeLeaseTest {

    private static final GcOptions AT_ONCE = GcOptions.DEFAULT.withGrace(Duration.ZERO);
    private static final String NAME = "localhost/a:1";

    @TempDir
    Path directory;

    private GcReport collect(TestNode node) throws IOException {
        return GarbageCollection.run(node.store(), AT_ONCE, GcListener.NONE);
    }

    private NodeService leasing(TestNode node) {
        return new NodeService(TestNode.config(directory, MountMode.AUTO).withLease(Duration.ofHours(1)), node.store());
    }

    private static List<Digest> diffIds(ImageRecord image) {
        return image.layers().stream().map(LayerRecord::diffId).toList();
    }

    @Test
    void whatIsShownStaysUntilItIsHidden() throws Exception {
        try (var node = new TestNode(directory)) {
            NodeService service = leasing(node);
            ImageRecord image = node.publish(NAME, TestNode.layer("low"), TestNode.layer("high"));
            service.show(image, List.of(NAME));
            Lease lease = node.store().leases().getFirst();
            assertThat(lease.name()).startsWith("node-");
            assertThat(lease.images()).containsExactly(image.manifestDigest());
            assertThat(lease.layers()).containsExactlyInAnyOrderElementsOf(diffIds(image));

            node.store().removeImage(image.manifestDigest());
            assertThat(collect(node).removed()).isEmpty();
            service.unmountAll();
            assertThat(service.restore().failures()).isEmpty();
            Path top = node.mountPoint(TestNode.chain(image).getLast());
            assertThat(top.resolve("diff/etc/high")).hasContent("high");

            service.hide(NAME, false);
            assertThat(node.store().leases()).isEmpty();
            collect(node);
            assertThat(node.store().volumes()).isEmpty();
        }
    }

    /** The kernel has index and data open: what runs from a mount goes on though the volume is gone. */
    @Test
    void aMountOutlivesItsVolume() throws Exception {
        try (var node = new TestNode(directory)) {
            NodeService service = leasing(node);
            ImageRecord image = node.publish(NAME, TestNode.layer("low"));
            service.show(image, List.of(NAME));
            Path large = node.mountPoint(TestNode.chain(image).getLast()).resolve("diff/large-low");
            try (FileChannel open = FileChannel.open(large)) {
                service.hide(NAME, false);
                node.store().removeImage(image.manifestDigest());
                assertThat(collect(node).removed()).isNotEmpty();
                assertThat(node.store().volumes()).isEmpty();
                Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "1");
                var content = ByteBuffer.allocate((int) open.size());
                while (content.hasRemaining() && open.read(content) >= 0) {
                    // to the end
                }
                assertThat(new String(content.array(), StandardCharsets.US_ASCII))
                        .isEqualTo("low\n".repeat(5000));
            }
        }
    }

    @Test
    void aNodeThatCannotWriteWorksAllTheSame() throws Exception {
        try (var node = new TestNode(directory)) {
            ImageRecord image = node.publish(NAME, TestNode.layer("low"));
            Path leases = TestNode.storeRoot(directory).resolve("leases");
            Files.delete(leases);
            Files.writeString(leases, "in the way"); // root may write everywhere, but not below a file
            NodeService service = leasing(node);
            assertThat(service.show(image, List.of(NAME))).isEqualTo(1);
            assertThat(service.restore().failures()).isEmpty();
            Files.delete(leases);
        }
    }

    @Test
    void eachNodeHasALeaseOfItsOwnAndKeepsIt() throws Exception {
        try (var node = new TestNode(directory)) {
            ImageRecord image = node.publish(NAME, TestNode.layer("low"));
            leasing(node).show(image, List.of(NAME));
            String name = node.store().leases().getFirst().name();
            leasing(node).restore();
            assertThat(node.store().leases()).extracting(Lease::name).containsExactly(name);
            Files.delete(node.state().resolve("lease"));
            leasing(node).restore();
            assertThat(node.store().leases()).hasSize(2);
        }
    }
}
