package dev.lamella.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.filetree.Digest;
import dev.lamella.store.BlobRecord;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.LayerRecord;
import dev.lamella.store.StoreConfig;
import dev.lamella.store.StoreLimits;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import dev.lamella.testkit.TocBlob;
import dev.lamella.testkit.ZstdChunkedWriter;
import dev.lamella.toc.TocClaim;
import dev.lamella.toc.TocException;
import dev.lamella.toc.TocLimits;
import dev.lamella.volume.BlobDigestMismatchException;
import dev.lamella.volume.Compression;
import dev.lamella.volume.DiffIdMismatchException;
import dev.lamella.volume.LayerLimits;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.TrustedKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerPublisherTest {

    private static final byte[] TAR = new TarBytes().file("hello", "hello").end();
    private static final byte[] BLOB = OciImages.compress(TAR, OciImages.Compression.GZIP);

    private final Path directory;
    private final SigningKey key = SigningKey.generate();
    private final AtomicInteger opened = new AtomicInteger();
    private final DirectoryStore store;
    private final LayerPublisher publisher;

    LayerPublisherTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        this.store = openStore();
        this.publisher = new LayerPublisher(store, LayerLimits.DEFAULT.withFreeSpaceFloor(0));
    }

    private DirectoryStore openStore() throws IOException {
        return DirectoryStore.open(directory.resolve("store"), StoreConfig.writer(key, TrustedKeys.load(List.of())));
    }

    private static WantedLayer layer(byte[] blob, Digest diffId) {
        return new WantedLayer(
                1,
                new LayerRecord(
                        Digest.sha256Of(blob), blob.length, "application/vnd.oci.image.layer.v1.tar+gzip", diffId),
                Optional.empty());
    }

    private BlobSource source(byte[] blob) {
        return _ -> {
            opened.incrementAndGet();
            return new ByteArrayInputStream(blob);
        };
    }

    @Test
    void buildsOnceThenReuses() throws Exception {
        WantedLayer wanted = layer(BLOB, Digest.sha256Of(TAR));
        PublishedLayer first = publisher.publish(wanted, source(BLOB), PublishListener.NONE);
        assertThat(first.reused()).isFalse();
        assertThat(first.downloadedBytes()).isEqualTo(BLOB.length);
        assertThat(first.dataSizeBytes()).isEqualTo(TAR.length);
        assertThat(store.blob(Digest.sha256Of(BLOB)))
                .get()
                .extracting(BlobRecord::compression)
                .isEqualTo(Compression.GZIP);
        PublishedLayer second = publisher.publish(wanted, source(BLOB), PublishListener.NONE);
        assertThat(second.reused()).isTrue();
        assertThat(second.downloadedBytes()).isZero();
        assertThat(opened).hasValue(1);
    }

    @Test
    void severalThreadsDownloadOnce() throws Exception {
        WantedLayer wanted = layer(BLOB, Digest.sha256Of(TAR));
        var all = new CountDownLatch(8);
        try (var executor = Executors.newFixedThreadPool(8)) {
            Callable<PublishedLayer> work = () -> {
                all.countDown();
                all.await();
                return publisher.publish(wanted, source(BLOB), PublishListener.NONE);
            };
            int built = 0;
            for (Future<PublishedLayer> future :
                    executor.invokeAll(List.of(work, work, work, work, work, work, work, work))) {
                built += future.get().reused() ? 0 : 1;
            }
            assertThat(built).isEqualTo(1);
        }
        assertThat(opened).hasValue(1);
    }

    @Test
    void theSlowerOfTwoPublishersIsContentWithTheOthersVolume() throws Exception {
        WantedLayer wanted = layer(BLOB, Digest.sha256Of(TAR));
        // As where the file system has no locks: it does not wait for its turn.
        StoreConfig impatient =
                StoreConfig.writer(key, TrustedKeys.load(List.of())).withLimits(StoreLimits.DEFAULT.withTurnWait(0));
        var other = new LayerPublisher(
                DirectoryStore.open(directory.resolve("store"), impatient), LayerLimits.DEFAULT.withFreeSpaceFloor(0));
        BlobSource overtaken = layer -> {
            try {
                other.publish(layer, source(BLOB), PublishListener.NONE);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return new ByteArrayInputStream(BLOB);
        };
        PublishedLayer published = publisher.publish(wanted, overtaken, PublishListener.NONE);
        assertThat(published.reused()).isFalse();
        assertThat(store.volumes()).containsExactly(Digest.sha256Of(TAR));
        assertThat(drafts()).isEmpty();
    }

    @Test
    void anotherBlobOfAKnownLayerIsCheckedNotBelieved() throws Exception {
        publisher.publish(layer(BLOB, Digest.sha256Of(TAR)), source(BLOB), PublishListener.NONE);
        byte[] otherTar = new TarBytes().file("evil", "evil").end();
        byte[] otherBlob = OciImages.compress(otherTar, OciImages.Compression.GZIP);
        WantedLayer lie = layer(otherBlob, Digest.sha256Of(TAR));
        assertThatThrownBy(() -> publisher.publish(lie, source(otherBlob), PublishListener.NONE))
                .isInstanceOf(DiffIdMismatchException.class);
        assertThat(store.blob(Digest.sha256Of(otherBlob))).isEmpty();

        byte[] zstd = OciImages.compress(TAR, OciImages.Compression.ZSTD);
        PublishedLayer again = publisher.publish(layer(zstd, Digest.sha256Of(TAR)), source(zstd), PublishListener.NONE);
        assertThat(again.reused()).isFalse();
        assertThat(store.blob(Digest.sha256Of(zstd)))
                .get()
                .extracting(BlobRecord::compression)
                .isEqualTo(Compression.ZSTD);
        assertThat(store.volumes()).hasSize(1);
    }

    private static WantedLayer layer(TocBlob blob) throws IOException {
        byte[] bytes = blob.blob().toByteArray();
        return new WantedLayer(
                1,
                new LayerRecord(
                        Digest.sha256Of(bytes),
                        bytes.length,
                        "application/vnd.oci.image.layer.v1.tar+zstd",
                        blob.diffId()),
                TocClaim.read(blob.annotations(), bytes.length, TocLimits.DEFAULT));
    }

    @Test
    void tableOfContentsIsBelievedOnlyOnceSeen() throws Exception {
        TocBlob blob =
                new ZstdChunkedWriter().add(TarEntry.file("hello", "hello")).build();
        byte[] bytes = blob.blob().toByteArray();
        Digest blobDigest = Digest.sha256Of(bytes);
        publisher.publish(layer(bytes, blob.diffId()), source(bytes), PublishListener.NONE);
        assertThat(store.blobOfToc(blob.tocDigest())).isEmpty();

        WantedLayer lie = layer(blob.withAnnotation(TocBlob.CHUNKED_DIGEST, "sha256:" + "7".repeat(64)));
        assertThatThrownBy(() -> publisher.publish(lie, source(bytes), PublishListener.NONE))
                .isInstanceOf(TocException.class)
                .hasMessageContaining("compressed TOC: its digest is " + blob.tocDigest());
        assertThat(store.blobOfToc(lie.toc().orElseThrow().digest())).isEmpty();
        assertThat(store.blob(blobDigest).orElseThrow().tocDigest()).isEmpty();
        assertThat(drafts()).isEmpty();

        assertThat(publisher
                        .publish(layer(blob), source(bytes), PublishListener.NONE)
                        .reused())
                .isFalse();
        assertThat(store.blobOfToc(blob.tocDigest()).orElseThrow().blobDigest()).isEqualTo(blobDigest);
        assertThat(store.blob(blobDigest).orElseThrow().tocDigest()).contains(blob.tocDigest());
        assertThat(store.volumes()).containsExactly(blob.diffId());
        assertThat(opened).hasValue(3);
        for (WantedLayer wanted : List.of(layer(blob), layer(bytes, blob.diffId()))) {
            assertThat(publisher
                            .publish(wanted, source(bytes), PublishListener.NONE)
                            .reused())
                    .isTrue();
        }
        assertThat(opened).hasValue(3);
        assertThat(store.blobOfToc(blob.tocDigest())).isPresent();
    }

    @Test
    void aBadBlobLeavesNothing() throws Exception {
        byte[] damaged = BLOB.clone();
        damaged[BLOB.length / 2] ^= 1;
        assertThatThrownBy(() ->
                        publisher.publish(layer(BLOB, Digest.sha256Of(TAR)), source(damaged), PublishListener.NONE))
                .isInstanceOf(BlobDigestMismatchException.class);
        assertThat(store.volumes()).isEmpty();
        assertThat(store.blob(Digest.sha256Of(BLOB))).isEmpty();
        assertThat(drafts()).isEmpty();
        assertThat(publisher
                        .publish(layer(BLOB, Digest.sha256Of(TAR)), source(BLOB), PublishListener.NONE)
                        .reused())
                .isFalse();
    }

    private List<Path> drafts() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("store").resolve("tmp"))) {
            return files.toList();
        }
    }
}
