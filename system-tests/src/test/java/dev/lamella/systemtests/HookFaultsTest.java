package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.RegistryAccess;
import dev.lamella.testkit.RegistryFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever is wrong with the node, Podman's pull works, at the latest a second after the time box; and the log says once what was wrong. */
@Tag("system")
class HookFaultsTest extends WithMachine {

    private static final int TIME_BOX_SECONDS = 4;
    private static final String SUITE = "trixie";

    private final OciImage image = PublishedStore.image();
    private String reference = "";

    HookFaultsTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
    }

    @BeforeEach
    void start() throws Exception {
        reference = registry.push("test/fault", "1", image);
        machine.configure("doors.time-box-seconds = " + TIME_BOX_SECONDS);
        machine.engineWithHook("hooked");
    }

    enum Fault {
        NODE_DOWN,
        NODE_HUNG,
        HOOK_MISSING,
        STORE_AWAY,
        STORE_FULL,
        REGISTRY_SLOW_FOR_THE_NODE,
        WRONG_SIGNATURE,
        CORRUPT_INDEX
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void thePullGoesOnAsEver(Fault fault) throws Exception {
        String said = arrange(fault);
        long start = System.nanoTime();
        machine.in(SUITE, "hooked", "podman", "pull", "-q", reference);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        // What a pull takes by itself, on a busy machine, beside the time box and its second.
        assertThat(took).isLessThan(Duration.ofSeconds(TIME_BOX_SECONDS + 1 + 15));
        assertThat(machine.in(SUITE, "hooked", "podman", "image", "inspect", "--format", "{{.Id}}", reference))
                .isEqualTo(image.imageId().hex());
        if (!said.isEmpty()) {
            assertThat(machine.nodeLog().lines().filter(line -> line.contains("WARN") && line.contains(said)))
                    .as(machine.nodeLog())
                    .hasSize(1);
        }
        if (fault == Fault.NODE_HUNG) {
            Shell.signal(machine.nodePid(), "CONT");
        }
    }

    /** Breaks something; returns what the node has to say of it, if it can. */
    private String arrange(Fault fault) throws Exception {
        Path store = machine.directory().resolve("store");
        return switch (fault) {
            case NODE_DOWN -> "";
            case NODE_HUNG -> {
                machine.startNode();
                Shell.signal(machine.nodePid(), "STOP");
                yield "";
            }
            case HOOK_MISSING -> {
                machine.startNode();
                Files.delete(machine.directory().resolve("engine-hook"));
                yield "";
            }
            case STORE_AWAY -> {
                machine.lamella("publish", reference);
                machine.startNode();
                Files.move(store, store.resolveSibling("store.away"));
                yield "outcome=FAILED";
            }
            case STORE_FULL -> {
                Files.createDirectories(store);
                Shell.out(Map.of(), List.of("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", store.toString()));
                machine.startNode();
                yield "outcome=FAILED";
            }
            case REGISTRY_SLOW_FOR_THE_NODE -> {
                machine.startNode();
                // The node asks first, for all blobs at once; Podman's own requests come when the box is over.
                registry.inject("GET /v2/test/fault/blobs/", 3, new RegistryFault.Slow(1000, 500));
                yield "outcome=PENDING";
            }
            case WRONG_SIGNATURE -> {
                machine.lamella("publish", reference);
                Shell.out(
                        Map.of(),
                        List.of("rm", "-r", machine.directory().resolve("keys").toString()));
                machine.startNode();
                yield "outcome=FAILED";
            }
            case CORRUPT_INDEX -> {
                machine.lamella("publish", reference);
                flipABit(store);
                machine.startNode();
                yield "outcome=FAILED";
            }
        };
    }

    private static void flipABit(Path store) throws IOException {
        Path index;
        try (Stream<Path> files = Files.walk(store)) {
            index = files.filter(file -> file.endsWith("index.erofs"))
                    .findFirst()
                    .orElseThrow();
        }
        try (FileChannel channel = FileChannel.open(index, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, 2000);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 4)}), 2000);
        }
    }

    @Test
    void twentyPullsOfTenImagesDownloadEachLayerOnce() throws Exception {
        machine.startNode();
        var references = new ArrayList<String>();
        for (int i = 0; i < 10; i++) {
            references.add(registry.push("test/shared" + i, "1", image));
        }
        registry.forgetAccesses();
        try (var threads = Executors.newFixedThreadPool(20)) {
            var pulls = new ArrayList<Future<String>>();
            for (int i = 0; i < 20; i++) {
                String name = references.get(i % 10);
                pulls.add(threads.submit(() -> machine.askAsHook(name)));
            }
            for (Future<String> pull : pulls) {
                assertThat(pull.get()).containsAnyOf("published", "shown", "hit");
            }
        }
        String config = image.imageId().hex();
        assertThat(registry.accesses().stream()
                        .filter(RegistryAccess::isBlobGet)
                        .filter(access -> !access.target().contains(config))
                        .map(access -> access.target().substring(access.target().lastIndexOf('/'))))
                .hasSize(3)
                .doesNotHaveDuplicates();
        for (String name : references) {
            machine.in(SUITE, "hooked", "podman", "pull", "-q", name);
        }
    }
}
