package dev.lamella.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.Compression;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.TrustedKeys;
import dev.lamella.volume.UnknownKeyException;
import dev.lamella.volume.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link VolumeStore} promises. A store's test extends this and says how to open one. */
abstract class VolumeStoreContractTest {

    static final SigningKey KEY = SigningKey.generate();
    static final String REFERENCE = "docker.io/library/debian:12";

    private final byte[] data = TestVolumes.data(1, 10_000);
    private final Digest diffId = TestVolumes.diffId(data);

    VolumeStore store;

    /** Opens the same, at first empty, store again. */
    abstract VolumeStore open(StoreConfig config) throws IOException;

    @BeforeEach
    void openStore() throws IOException {
        store = open(StoreConfig.writer(KEY, TrustedKeys.load(List.of()))
                .withLimits(StoreLimits.DEFAULT.withFreeSpaceFloor(0)));
    }

    @Test
    void publishedVolumeIsFound() throws IOException {
        assertThat(store.volume(diffId)).isEmpty();
        assertThat(store.volumes()).isEmpty();
        Volume published = TestVolumes.publish(store, data);
        assertThat(published.descriptor().diffId()).isEqualTo(diffId);
        Volume found = store.volume(diffId).orElseThrow();
        assertThat(found).isEqualTo(published);
        assertThat(Files.readAllBytes(found.data())).isEqualTo(data);
        assertThat(store.volumes()).containsExactly(diffId);
        assertThat(open(StoreConfig.reader(TrustedKeys.of(KEY))).volume(diffId)).contains(found);
    }

    @Test
    void draftIsInvisibleUntilPublishedAndGoneWhenClosed() throws IOException {
        Path directory;
        try (VolumeDraft draft = store.newVolume(diffId)) {
            directory = draft.directory();
            TestVolumes.write(directory, data);
            assertThat(store.volume(diffId)).isEmpty();
            assertThat(store.volumes()).isEmpty();
        }
        assertThat(directory).doesNotExist();
        assertThat(store.volume(diffId)).isEmpty();
    }

    @Test
    void draftThatIsNotWhatItShouldBeIsRejected() throws IOException {
        try (VolumeDraft draft = store.newVolume(diffId)) {
            var descriptor = TestVolumes.write(draft.directory(), data);
            Files.write(draft.directory().resolve("stray"), new byte[1]);
            assertThatExceptionOfType(RejectedVolumeException.class)
                    .isThrownBy(() -> draft.publish(descriptor))
                    .withMessageContaining("stray");
            Files.delete(draft.directory().resolve("stray"));
            Files.write(draft.directory().resolve(Volume.DATA), new byte[10]);
            assertThatExceptionOfType(RejectedVolumeException.class)
                    .isThrownBy(() -> draft.publish(descriptor))
                    .withMessageContaining("10 bytes, expected 10000");
        }
        Digest other = TestVolumes.diffId(TestVolumes.data(2, 5));
        try (VolumeDraft draft = store.newVolume(other)) {
            var descriptor = TestVolumes.write(draft.directory(), data);
            assertThatExceptionOfType(RejectedVolumeException.class).isThrownBy(() -> draft.publish(descriptor));
        }
        assertThat(store.volumes()).isEmpty();
    }

    @Test
    void secondPublisherGetsTheFirstOnesVolume() throws IOException {
        try (VolumeDraft first = store.newVolume(diffId);
                VolumeDraft second = store.newVolume(diffId)) {
            Volume winner = first.publish(TestVolumes.write(first.directory(), data));
            assertThat(second.publish(TestVolumes.write(second.directory(), data)))
                    .isEqualTo(winner);
        }
        assertThat(store.volumes()).containsExactly(diffId);
    }

    @Test
    void racingPublishersAllSucceed() throws Exception {
        int racers = 12;
        var start = new CountDownLatch(1);
        var work = new ArrayList<Callable<Volume>>();
        for (int i = 0; i < racers; i++) {
            work.add(() -> {
                start.await();
                return TestVolumes.publish(store, data);
            });
        }
        try (var threads = Executors.newFixedThreadPool(racers)) {
            List<Future<Volume>> results = work.stream().map(threads::submit).toList();
            start.countDown();
            for (Future<Volume> result : results) {
                assertThat(result.get().descriptor().diffId()).isEqualTo(diffId);
            }
        }
        assertThat(store.volumes()).containsExactly(diffId);
    }

    @Test
    void volumeOfAnUnknownSignerIsNotUsed() throws IOException {
        TestVolumes.publish(store, data);
        VolumeStore stranger = open(StoreConfig.reader(TrustedKeys.of(SigningKey.generate())));
        assertThatThrownBy(() -> stranger.volume(diffId)).isInstanceOf(UnknownKeyException.class);
    }

    @Test
    void readerCannotWrite() throws IOException {
        VolumeStore reader = open(StoreConfig.reader(TrustedKeys.of(KEY)));
        assertThatThrownBy(() -> reader.newVolume(diffId)).isInstanceOf(ReadOnlyStoreException.class);
        assertThatThrownBy(() -> reader.removeVolumes(List.of(diffId))).isInstanceOf(ReadOnlyStoreException.class);
        assertThatThrownBy(() -> reader.recordBlob(blob(diffId))).isInstanceOf(ReadOnlyStoreException.class);
        assertThatThrownBy(() -> reader.publishImage(TestVolumes.image("x", List.of()), REFERENCE))
                .isInstanceOf(ReadOnlyStoreException.class);
        assertThatThrownBy(reader::cleanUp).isInstanceOf(ReadOnlyStoreException.class);
    }

    @Test
    void blobsAreRecorded() throws IOException {
        BlobRecord blob = blob(diffId);
        assertThat(store.blob(blob.blobDigest())).isEmpty();
        store.recordBlob(blob);
        assertThat(store.blob(blob.blobDigest())).contains(blob);
        BlobRecord newer = new BlobRecord(
                blob.blobDigest(), 9, Compression.NONE, diffId, Optional.of(Digest.sha256Of(new byte[] {8})));
        store.recordBlob(newer);
        assertThat(store.blob(blob.blobDigest())).contains(newer);
    }

    @Test
    void blobsAreFoundByTheirTableOfContents() throws IOException {
        Digest toc = Digest.sha256Of(new byte[] {8});
        var blob = new BlobRecord(blob(diffId).blobDigest(), 9, Compression.ZSTD, diffId, Optional.of(toc));
        assertThat(store.blobOfToc(toc)).isEmpty();
        store.recordBlob(blob(diffId));
        assertThat(store.blobOfToc(toc)).isEmpty();
        store.recordBlob(blob);
        assertThat(store.blobOfToc(toc)).contains(blob);
        assertThat(store.blobOfToc(blob.blobDigest())).isEmpty();
        assertThat(store.blob(toc)).isEmpty();
        assertThat(store.blobs()).containsExactly(blob);

        var other = new BlobRecord(Digest.sha256Of(new byte[] {9}), 9, Compression.ZSTD, diffId, Optional.of(toc));
        store.recordBlob(other);
        assertThat(store.blobOfToc(toc)).as("the last one").contains(other);
        assertThat(store.blobs()).containsExactlyInAnyOrder(blob, other);
        VolumeStore stranger = open(StoreConfig.reader(TrustedKeys.of(SigningKey.generate())));
        assertThatThrownBy(() -> stranger.blobOfToc(toc)).isInstanceOf(UnknownKeyException.class);
    }

    @Test
    void removedVolumeIsNotFoundByItsTableOfContents() throws IOException {
        TestVolumes.publish(store, data);
        Digest toc = Digest.sha256Of(new byte[] {8});
        Digest otherDiffId = TestVolumes.diffId(TestVolumes.data(2, 5));
        Digest otherToc = Digest.sha256Of(new byte[] {9});
        store.recordBlob(new BlobRecord(blob(diffId).blobDigest(), 9, Compression.ZSTD, diffId, Optional.of(toc)));
        store.recordBlob(new BlobRecord(otherToc, 9, Compression.GZIP, otherDiffId, Optional.of(otherToc)));
        assertThat(store.removeVolumes(List.of(diffId)).removed()).containsExactly(diffId);
        assertThat(store.blobOfToc(toc)).isEmpty();
        assertThat(store.blobOfToc(otherToc)).isPresent();
        assertThat(store.blobs()).extracting(BlobRecord::diffId).containsExactly(otherDiffId);
    }

    @Test
    void blobsMayHaveLongerDigests() throws IOException {
        var blob = new BlobRecord(new Digest("sha512", "ab".repeat(64)), 1, Compression.ZSTD, diffId, Optional.empty());
        store.recordBlob(blob);
        assertThat(store.blob(blob.blobDigest())).contains(blob);
    }

    @Test
    void imageNeedsAllItsVolumes() throws IOException {
        ImageRecord image = TestVolumes.image("debian", List.of(diffId));
        assertThatExceptionOfType(VolumeMissingException.class)
                .isThrownBy(() -> store.publishImage(image, REFERENCE))
                .satisfies(e -> assertThat(e.diffId()).isEqualTo(diffId));
        assertThat(store.images()).isEmpty();
        assertThat(store.image(REFERENCE)).isEmpty();
        TestVolumes.publish(store, data);
        assertThat(store.publishImage(image, REFERENCE)).isEqualTo(image);
        assertThat(store.image(REFERENCE)).contains(image);
        assertThat(store.image(image.manifestDigest())).contains(image);
        assertThat(store.images()).containsExactly(image);
        assertThat(store.references(image.manifestDigest())).containsExactly(REFERENCE);
    }

    @Test
    void imageIsFoundByItsIndex() throws IOException {
        var index = TestVolumes.index("debian");
        ImageRecord image = TestVolumes.image("debian", List.of()).withIndex(Optional.of(index));
        store.publishImage(image, REFERENCE);
        assertThat(store.image(index.digest())).contains(image);
        assertThat(store.image(REFERENCE)).contains(image);
        assertThat(store.image(image.manifestDigest())).contains(image);

        var later = TestVolumes.index("debian, later");
        store.publishImage(image.withIndex(Optional.of(later)), REFERENCE);
        assertThat(store.image(later.digest()).orElseThrow().index()).contains(later);
        assertThat(store.image(index.digest()).orElseThrow().index()).contains(index);
        assertThat(store.image(REFERENCE).orElseThrow().index()).contains(later);

        store.publishImage(image.withIndex(Optional.empty()), REFERENCE);
        assertThat(store.image(REFERENCE).orElseThrow().index()).isEmpty();
    }

    @Test
    void referenceMoves() throws IOException {
        ImageRecord first = TestVolumes.image("first", List.of());
        ImageRecord second = TestVolumes.image("second", List.of());
        store.publishImage(first, REFERENCE);
        store.publishImage(first, "quay.io/other:1");
        store.publishImage(second, REFERENCE);
        assertThat(store.image(REFERENCE)).contains(second);
        assertThat(store.references(first.manifestDigest())).containsExactly("quay.io/other:1");
        assertThat(store.references(second.manifestDigest())).containsExactly(REFERENCE);
        assertThat(store.references())
                .isEqualTo(Map.of(
                        first.manifestDigest(), List.of("quay.io/other:1"),
                        second.manifestDigest(), List.of(REFERENCE)));
        assertThat(store.images()).containsExactlyInAnyOrder(first, second);
        assertThat(store.removeReference(REFERENCE)).isTrue();
        assertThat(store.removeReference(REFERENCE)).isFalse();
        assertThat(store.image(REFERENCE)).isEmpty();
        assertThat(store.image(second.manifestDigest())).contains(second);
    }

    @Test
    void removalGoesFromTheImageToTheVolumes() throws IOException {
        TestVolumes.publish(store, data);
        store.recordBlob(blob(diffId));
        var index = TestVolumes.index("x");
        ImageRecord image = TestVolumes.image("x", List.of(diffId)).withIndex(Optional.of(index));
        store.publishImage(image, REFERENCE);
        assertThat(store.removeVolumes(List.of(diffId)))
                .isEqualTo(new RemovedVolumes(List.of(), List.of(diffId), List.of()));
        assertThat(store.removeImage(image.manifestDigest())).isTrue();
        assertThat(store.removeImage(image.manifestDigest())).isFalse();
        assertThat(store.image(REFERENCE)).isEmpty();
        assertThat(store.image(index.digest())).isEmpty();
        assertThat(store.references(image.manifestDigest())).isEmpty();
        assertThat(store.removeVolumes(List.of(diffId)).removed()).containsExactly(diffId);
        assertThat(store.removeVolumes(List.of(diffId))).isEqualTo(new RemovedVolumes(List.of(), List.of(), List.of()));
        assertThat(store.volume(diffId)).isEmpty();
        assertThat(store.blob(blob(diffId).blobDigest())).isEmpty();
        TestVolumes.publish(store, data);
        assertThat(store.volume(diffId)).isPresent();
    }

    @Test
    void removalNeverRacesAPublicationIntoADanglingImage() throws Exception {
        ImageRecord image = TestVolumes.image("x", List.of(diffId));
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 40; round++) {
                TestVolumes.publish(store, data);
                Future<?> remover = threads.submit(() -> store.removeVolumes(List.of(diffId)));
                Future<?> publisher = threads.submit(() -> store.publishImage(image, REFERENCE));
                remover.get();
                awaitPublished(publisher);
                if (store.image(REFERENCE).isPresent()) {
                    assertThat(store.volume(diffId)).as("round %d", round).isPresent();
                }
                store.removeImage(image.manifestDigest());
            }
        }
    }

    private static void awaitPublished(Future<?> publisher) throws Exception {
        try {
            publisher.get();
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(VolumeMissingException.class);
        }
    }

    private static BlobRecord blob(Digest diffId) {
        return new BlobRecord(Digest.sha256Of(new byte[] {3}), 77, Compression.GZIP, diffId, Optional.empty());
    }
}
