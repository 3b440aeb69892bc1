package dev.lamella.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.Compression;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.TrustedKeys;
import dev.lamella.volume.Volume;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Garbage collections at times moved by hand. */
class GarbageCollectionTest {

    private static final Duration GRACE = Duration.ofHours(24);
    private static final GcOptions OPTIONS =
            GcOptions.DEFAULT.withGrace(GRACE).withLimits(GcLimits.DEFAULT.withSettle(Duration.ZERO));
    private static final SigningKey KEY = SigningKey.generate();
    private static final String REFERENCE = "localhost/a:1";

    @TempDir
    Path directory;

    private DirectoryStore store;

    /** The clock that the test moves. It begins with the real one, which leases are written by. */
    private Instant now = Instant.now().plusSeconds(10);

    @BeforeEach
    void open() throws IOException {
        store = DirectoryStore.open(root(), config());
    }

    private static StoreConfig config() throws IOException {
        return StoreConfig.writer(KEY, TrustedKeys.load(List.of()))
                .withLimits(StoreLimits.DEFAULT.withFreeSpaceFloor(0).withLockWait(100));
    }

    private Path root() {
        return directory.resolve("store");
    }

    private GcReport collect() throws IOException {
        return GarbageCollection.run(store, OPTIONS, GcListener.NONE, now);
    }

    private GcReport collectAfter(Duration time) throws IOException {
        now = now.plus(time);
        return collect();
    }

    /** Collects, waits for the grace time and collects again. */
    private GcReport collectAll() throws IOException {
        collect();
        return collectAfter(GRACE);
    }

    private Digest volume(long seed) throws IOException {
        byte[] data = TestVolumes.data(seed, 1000);
        TestVolumes.publish(store, data);
        Digest diffId = TestVolumes.diffId(data);
        store.recordBlob(blob(diffId));
        return diffId;
    }

    private static BlobRecord blob(Digest diffId) {
        Digest toc = Digest.sha256Of(("toc" + diffId).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        return new BlobRecord(Digest.sha256Of(diffId.bytes()), 5, Compression.GZIP, diffId, Optional.of(toc));
    }

    private ImageRecord image(String name, Digest... layers) throws IOException {
        return store.publishImage(TestVolumes.image(name, List.of(layers)), "localhost/" + name + ":1");
    }

    private LeaseTerms lease(String name, Duration lasts) {
        return new LeaseTerms(name, "a test", lasts, Set.of(), Set.of());
    }

    @Test
    void whatAReferenceLeadsToStays() throws IOException {
        Digest layer = volume(1);
        image("a", layer);
        GcReport report = collectAll();
        assertThat(report.removed()).isEmpty();
        assertThat(report.waiting()).isEmpty();
        assertThat(report.problems()).isEmpty();
        assertThat(report.kept(GcKind.IMAGE, GcReason.REFERENCE)).isEqualTo(1);
        assertThat(report.kept(GcKind.VOLUME, GcReason.REFERENCE)).isEqualTo(1);
        assertThat(store.image(REFERENCE)).isPresent();
        assertThat(store.volume(layer)).isPresent();
        assertThat(store.blob(blob(layer).blobDigest())).isPresent();
    }

    @Test
    void anImageWithoutReferenceGoesAfterTheGraceTimeWithWhatOnlyItNeeds() throws IOException {
        Digest shared = volume(1);
        Digest own = volume(2);
        ImageRecord.Index index = TestVolumes.index("i");
        ImageRecord doomed = TestVolumes.image("doomed", List.of(shared, own)).withIndex(Optional.of(index));
        store.publishImage(doomed, "localhost/doomed:1");
        image("kept", shared);
        store.removeReference("localhost/doomed:1");

        GcReport first = collect();
        assertThat(first.removed()).isEmpty();
        assertThat(first.waiting(GcKind.IMAGE)).isEqualTo(1);
        assertThat(first.waiting())
                .extracting(GcReport.Waiting::name)
                .containsExactlyInAnyOrder(doomed.manifestDigest().toString(), own.toString());
        assertThat(first.waiting()).allSatisfy(waiting -> {
            assertThat(waiting.until()).isEqualTo(now.plus(GRACE));
            assertThat(waiting.sizeBytes()).isPositive();
        });
        assertThat(collectAfter(GRACE.minusSeconds(1)).removed()).isEmpty();
        assertThat(store.image(doomed.manifestDigest())).isPresent();

        GcReport last = collectAfter(Duration.ofSeconds(1));
        assertThat(last.removed())
                .extracting(GcReport.Removed::kind)
                .containsExactlyInAnyOrder(
                        GcKind.IMAGE, GcKind.VOLUME, GcKind.BLOB_RECORD, GcKind.TOC_RECORD, GcKind.INDEX_RECORD);
        assertThat(last.removedBytes()).isGreaterThan(1000);
        assertThat(store.image(doomed.manifestDigest())).isEmpty();
        assertThat(store.image(index.digest())).isEmpty();
        assertThat(store.volumes()).containsExactly(shared);
        assertThat(store.blob(blob(own).blobDigest())).isEmpty();
        assertThat(store.blobOfToc(blob(own).tocDigest().orElseThrow())).isEmpty();
        assertThat(store.blob(blob(shared).blobDigest())).isPresent();
        assertThat(store.image("localhost/kept:1")).isPresent();
        requireNothingLeft();
        assertThat(collectAfter(GRACE).removed()).isEmpty();
    }

    private void requireNothingLeft() throws IOException {
        assertThat(root().resolve("tmp")).isEmptyDirectory();
        try (var paths = Files.walk(root().resolve("gc"))) {
            assertThat(paths.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)))
                    .containsExactly(root().resolve("gc/lock"));
        }
    }

    @Test
    void aVolumeOfNoImageGoes() throws IOException {
        Digest layer = volume(1);
        assertThat(collect().waiting(GcKind.VOLUME)).isEqualTo(1);
        assertThat(collectAfter(GRACE).removed(GcKind.VOLUME)).isEqualTo(1);
        assertThat(store.volume(layer)).isEmpty();
    }

    @Test
    void withoutGraceEverythingGoesAtOnce() throws IOException {
        volume(1);
        GcReport report = GarbageCollection.run(store, OPTIONS.withGrace(Duration.ZERO), GcListener.NONE, now);
        assertThat(report.removed(GcKind.VOLUME)).isEqualTo(1);
        assertThat(store.volumes()).isEmpty();
    }

    @Test
    void theGraceTimeBeginsAnewWhenSomethingWasNeededBetween() throws IOException {
        Digest layer = volume(1);
        collect();
        image("a", layer);
        collectAfter(GRACE.dividedBy(2));
        store.removeImage(store.image(REFERENCE).orElseThrow().manifestDigest());
        GcReport report = collectAfter(GRACE.dividedBy(2));
        assertThat(report.removed()).isEmpty();
        assertThat(report.waiting()).hasSize(1);
    }

    @Test
    void itDoesSoThoughNoCollectionSawThat() throws IOException {
        Digest layer = volume(1);
        ImageRecord image = image("a", layer);
        store.removeReference(REFERENCE);
        collect();
        image("a", layer);
        store.removeReference(REFERENCE);
        GcReport report = collectAfter(GRACE);
        assertThat(report.removed()).isEmpty();
        assertThat(report.waiting()).hasSize(2);
        assertThat(store.image(image.manifestDigest())).isPresent();
        assertThat(collectAfter(GRACE).removed(GcKind.VOLUME)).isEqualTo(1);
    }

    @Test
    void aNoteByAClockThatWasAheadCountsFromNowOn() throws IOException {
        Digest layer = volume(1);
        collectAfter(Duration.ofDays(300));
        now = now.minus(Duration.ofDays(300));
        collect();
        assertThat(collectAfter(GRACE.minusSeconds(1)).removed()).isEmpty();
        assertThat(collectAfter(Duration.ofSeconds(1)).removed(GcKind.VOLUME)).isEqualTo(1);
        assertThat(store.volume(layer)).isEmpty();
    }

    @Test
    void aRunningLeaseKeepsWhatItNames() throws IOException {
        Digest layer = volume(1);
        Digest other = volume(2);
        Digest ofImage = volume(3);
        ImageRecord image = image("a", ofImage);
        store.removeReference(REFERENCE);
        store.putLease(lease("node-1", Duration.ofDays(3)).needing(Set.of(image.manifestDigest()), Set.of(layer)));
        GcReport report = collectAll();
        assertThat(report.kept(GcKind.VOLUME, GcReason.LEASE)).isEqualTo(2);
        assertThat(report.kept(GcKind.IMAGE, GcReason.LEASE)).isEqualTo(1);
        assertThat(report.removed()).extracting(GcReport.Removed::name).contains(other.toString());
        assertThat(store.volumes()).containsExactlyInAnyOrder(layer, ofImage);

        store.putLease(lease("node-1", Duration.ofDays(3)).needing(Set.of(image.manifestDigest()), Set.of()));
        collectAll();
        assertThat(store.volumes()).containsExactly(ofImage);
        store.removeLease("node-1");
        collectAll();
        assertThat(store.volumes()).isEmpty();
        assertThat(store.images()).isEmpty();
    }

    @Test
    void aLeaseEndsWhenEveryClockSaysSo() throws IOException {
        Digest layer = volume(1);
        collect();
        Lease lease = store.putLease(lease("node-1", Duration.ofDays(2)).needing(Set.of(), Set.of(layer)));
        now = lease.expires().plus(LeaseLimits.DEFAULT.clockSkew());
        assertThat(collect().kept(GcKind.VOLUME, GcReason.LEASE)).isEqualTo(1);
        GcReport ended = collectAfter(Duration.ofSeconds(1));
        assertThat(ended.waiting(GcKind.VOLUME)).isEqualTo(1);
        assertThat(ended.removed())
                .containsExactly(new GcReport.Removed(GcKind.LEASE, "node-1", lease.toJson().length, GcReason.ENDED));
        assertThat(root().resolve("leases")).isEmptyDirectory();
        assertThat(collectAfter(GRACE).removed(GcKind.VOLUME)).isEqualTo(1);
    }

    @Test
    void aLeaseTakenWhileSomethingIsOutOfItsPlaceBringsItBack() throws Exception {
        Digest layer = volume(1);
        Digest ofImage = volume(2);
        ImageRecord image = image("a", ofImage);
        store.removeReference(REFERENCE);
        collect();
        now = now.plus(GRACE);
        var slow = OPTIONS.withLimits(GcLimits.DEFAULT.withSettle(Duration.ofSeconds(3)));
        var collection = CompletableFuture.supplyAsync(() -> {
            try {
                return GarbageCollection.run(store, slow, GcListener.NONE, now);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        while (store.volume(ofImage).isPresent() || store.volume(layer).isPresent()) {
            assertThat(collection).as("withdrawn before it ends").isNotDone();
            Thread.sleep(5);
        }
        store.putLease(lease("publish-1", Duration.ofDays(3)).needing(Set.of(image.manifestDigest()), Set.of(layer)));
        assertThat(collection.get().removed()).isEmpty();
        assertThat(store.volumes()).containsExactlyInAnyOrder(layer, ofImage);
        assertThat(store.image(image.manifestDigest())).isPresent();
        assertThat(store.blobs()).hasSize(2);
    }

    @Test
    void whatAKilledCollectionTookOutIsPutBackOrDeleted() throws IOException {
        Digest needed = volume(1);
        Digest unneeded = volume(2);
        ImageRecord image = image("a", needed);
        var volumes = new CollectedArea(store.files(), GcKind.VOLUME, root().resolve("volumes"));
        var images = new CollectedArea(store.files(), GcKind.IMAGE, root().resolve("images"));
        images.withdraw(List.of(image.manifestDigest()));
        volumes.withdraw(List.of(needed, unneeded));
        assertThat(store.volumes()).isEmpty();
        GcReport report = collect();
        assertThat(report.removed(GcKind.VOLUME)).isEqualTo(1);
        assertThat(store.volumes()).containsExactly(needed);
        assertThat(store.image(REFERENCE)).isPresent();
        requireNothingLeft();
    }

    @Test
    void whatWasPublishedAnewSinceItWasTakenOutStays() throws IOException {
        Digest layer = volume(1);
        var volumes = new CollectedArea(store.files(), GcKind.VOLUME, root().resolve("volumes"));
        volumes.withdraw(List.of(layer));
        image("a", volume(1));
        collect();
        assertThat(store.volume(layer)).isPresent();
        requireNothingLeft();
    }

    @Test
    void nothingGoesThatADamagedImageMightNeed() throws IOException {
        Digest layer = volume(1);
        Digest ofNone = volume(2);
        ImageRecord image = image("a", layer);
        Path record = store.files().layout().image(image.manifestDigest()).resolve("image.json");
        byte[] sound = Files.readAllBytes(record);
        collect();
        Files.delete(record);
        Files.write(record, new byte[] {'x'});
        GcReport report = collectAfter(GRACE);
        assertThat(report.removed()).isEmpty();
        assertThat(report.kept(GcKind.VOLUME, GcReason.UNSURE)).isEqualTo(2);
        assertThat(report.kept(GcKind.IMAGE, GcReason.REFERENCE)).isEqualTo(1);
        assertThat(report.problems())
                .singleElement()
                .asString()
                .contains(image.manifestDigest().toString(), "image.json");
        Files.delete(record);
        assertThat(collect().problems()).singleElement().asString().contains("may need any layer");
        Files.write(record, sound);
        assertThat(collect().removed())
                .extracting(GcReport.Removed::name)
                .contains(ofNone.toString())
                .doesNotContain(layer.toString());
    }

    @Test
    void anImageOfAnUnknownKeyMightNeedAnything() throws IOException {
        Digest layer = volume(1);
        image("a", layer);
        volume(2);
        var stranger = DirectoryStore.open(
                root(),
                StoreConfig.writer(SigningKey.generate(), TrustedKeys.load(List.of()))
                        .withLimits(StoreLimits.DEFAULT.withFreeSpaceFloor(0)));
        GcOptions atOnce = OPTIONS.withGrace(Duration.ZERO);
        GcReport report = GarbageCollection.run(stranger, atOnce, GcListener.NONE, now);
        assertThat(report.problems()).isNotEmpty();
        assertThat(report.removed()).isEmpty();
        assertThat(store.volumes()).hasSize(2);
    }

    @Test
    void aDamagedReferenceKeepsImagesAndNothingElse() throws IOException {
        Digest layer = volume(1);
        Digest ofNone = volume(2);
        image("a", layer);
        Path reference = store.files().layout().reference(REFERENCE);
        Files.delete(reference);
        Files.write(reference, new byte[] {'x'});
        GcReport report = collectAll();
        assertThat(report.kept(GcKind.IMAGE, GcReason.UNSURE)).isEqualTo(1);
        assertThat(report.kept(GcKind.VOLUME, GcReason.UNSURE)).isEqualTo(1);
        assertThat(report.problems()).singleElement().asString().contains(reference.toString());
        assertThat(store.volumes()).containsExactly(layer).doesNotContain(ofNone);
    }

    @Test
    void aDamagedLeaseKeepsEverythingUntilNoLeaseCanLastSoLong() throws IOException {
        volume(1);
        Path lease = root().resolve("leases/node-1");
        Files.writeString(lease, "{");
        GcReport report = collectAll();
        assertThat(report.removed()).isEmpty();
        assertThat(report.problems()).singleElement().asString().contains(lease.toString());
        now = now.plus(LeaseLimits.DEFAULT.durationMax());
        collect();
        assertThat(collectAfter(GRACE).problems()).isEmpty();
        assertThat(store.volumes()).isEmpty();
        assertThat(lease).doesNotExist();
    }

    @Test
    void aLeaseUnderAnotherNameIsDamaged() throws IOException {
        volume(1);
        store.putLease(lease("node-1", Duration.ofDays(3)));
        Files.move(root().resolve("leases/node-1"), root().resolve("leases/node-2"));
        assertThat(collectAll().problems()).singleElement().asString().contains("the lease of another, node-1");
        assertThat(store.volumes()).hasSize(1);
        assertThat(store.leases()).isEmpty();
    }

    @Test
    void withTooManyLeasesNothingIsCollected() throws IOException {
        volume(1);
        store.putLease(lease("a", Duration.ofDays(3)));
        store.putLease(lease("b", Duration.ofDays(3)));
        GcOptions few = OPTIONS.withGrace(Duration.ZERO)
                .withLimits(OPTIONS.limits().withLeases(LeaseLimits.DEFAULT.withCount(1)));
        assertThatThrownBy(() -> GarbageCollection.run(store, few, GcListener.NONE, now))
                .isInstanceOf(TooManyEntriesException.class);
        assertThat(store.volumes()).hasSize(1);
    }

    @Test
    void leasesHaveBounds() {
        assertThatThrownBy(() -> store.putLease(lease("a", Duration.ofDays(31))))
                .isInstanceOf(LeaseLimitException.class)
                .hasMessageContaining("PT744H from now on");
        assertThatThrownBy(() -> lease("../a", Duration.ofDays(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lease("a", Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatAFileSystemPutsAmongTheLeasesIsPassedOver() throws IOException {
        volume(1);
        Files.writeString(root().resolve("leases/.nfs000001"), "");
        Files.writeString(root().resolve("leases/README"), "");
        assertThat(collectAll().removed(GcKind.VOLUME)).isEqualTo(1);
    }

    @Test
    void aStoreThatIsPartlyAwayIsLeftAlone() throws IOException {
        volume(1);
        collect();
        now = now.plus(GRACE);
        for (String area : List.of("images", "references", "volumes", "leases")) {
            Files.move(root().resolve(area), directory.resolve(area));
            assertThatThrownBy(this::collect)
                    .isInstanceOf(IncompleteStoreException.class)
                    .hasMessageContaining(root().resolve(area).toString());
            Files.move(directory.resolve(area), root().resolve(area));
        }
        Files.move(root().resolve("store.json"), directory.resolve("store.json"));
        assertThatThrownBy(this::collect).isInstanceOf(StoreVersionException.class);
        Files.move(directory.resolve("store.json"), root().resolve("store.json"));
        assertThat(store.volumes()).hasSize(1);
        assertThat(collect().removed(GcKind.VOLUME)).isEqualTo(1);
    }

    @Test
    void aStoreOfAnEarlierVersionHasNoLeasesYet() throws IOException {
        volume(1);
        Files.delete(root().resolve("leases"));
        assertThat(collect().waiting(GcKind.VOLUME)).isEqualTo(1);
        assertThat(root().resolve("leases")).isDirectory();
    }

    @Test
    void aDryRunSaysTheSameAndChangesNothing() throws IOException {
        Digest shared = volume(1);
        Digest own = volume(2);
        ImageRecord doomed =
                TestVolumes.image("doomed", List.of(shared, own)).withIndex(Optional.of(TestVolumes.index("i")));
        store.publishImage(doomed, "localhost/doomed:1");
        image("kept", shared);
        store.removeReference("localhost/doomed:1");
        var reader = DirectoryStore.open(root(), StoreConfig.reader(TrustedKeys.of(KEY)));
        var before = snapshot();
        GcReport foretold = GarbageCollection.run(reader, OPTIONS.withDryRun(true), GcListener.NONE, now);
        assertThat(snapshot()).isEqualTo(before);
        GcReport done = collect();
        assertThat(foretold.waiting()).isEqualTo(done.waiting());
        assertThat(foretold.kept()).isEqualTo(done.kept());
        now = now.plus(GRACE);
        store.putLease(lease("ended", Duration.ofSeconds(1)));
        now = now.plusSeconds(1);
        var later = snapshot();
        foretold = GarbageCollection.run(reader, OPTIONS.withDryRun(true), GcListener.NONE, now);
        assertThat(snapshot()).isEqualTo(later);
        assertThat(foretold.dryRun()).isTrue();
        assertThat(foretold.removed())
                .hasSize(6)
                .containsExactlyInAnyOrderElementsOf(collect().removed());
    }

    private Map<String, String> snapshot() throws IOException {
        var files = new TreeMap<String, String>();
        try (var paths = Files.walk(root())) {
            for (Path path : paths.toList()) {
                files.put(
                        root().relativize(path).toString(),
                        Files.getLastModifiedTime(path).toString());
            }
        }
        return files;
    }

    @Test
    void writingNeedsAKey() throws IOException {
        var reader = DirectoryStore.open(root(), StoreConfig.reader(TrustedKeys.of(KEY)));
        assertThatThrownBy(() -> GarbageCollection.run(reader, OPTIONS, GcListener.NONE))
                .isInstanceOf(ReadOnlyStoreException.class);
        assertThat(reader.putLease(lease("node-1", Duration.ofDays(3))))
                .isEqualTo(store.leases().getFirst());
        assertThat(reader.removeLease("node-1")).isTrue();
        assertThat(store.leases()).isEmpty();
    }

    @Test
    void oneCollectionAtATime() throws Exception {
        collect();
        var busy = new CompletableFuture<Throwable>();
        try (StoreLock _ = StoreLock.take(root().resolve("gc/lock"), 100)) {
            Thread other = new Thread(() -> {
                try {
                    collect();
                    busy.complete(new AssertionError("two at a time"));
                } catch (IOException e) {
                    busy.complete(e);
                }
            });
            other.start();
            other.join();
        }
        assertThat(busy.get()).isInstanceOf(StoreBusyException.class);
    }

    @Test
    void whoReadsAVolumeGoesOnReading() throws IOException {
        Digest layer = volume(1);
        Volume volume = store.volume(layer).orElseThrow();
        try (FileChannel data = FileChannel.open(volume.data())) {
            collectAll();
            assertThat(volume.data()).doesNotExist();
            assertThat(data.size()).isEqualTo(1000);
        }
    }

    @Test
    void aDirectoryWithoutDescriptorIsNoVolumeAndGoes() throws IOException {
        Digest layer = volume(1);
        Path place = store.files().layout().volume(layer);
        Files.delete(place.resolve(Volume.DESCRIPTOR));
        assertThat(collectAll().removed(GcKind.VOLUME)).isEqualTo(1);
        assertThat(place).doesNotExist();
    }

    @Test
    void aBlobRecordGoesUnlessAPublisherIsAboutToMakeItsVolume() throws IOException {
        Digest layer = Digest.sha256Of(new byte[] {9});
        store.recordBlob(blob(layer));
        store.putLease(lease("publish-1", Duration.ofHours(1)).needing(Set.of(), Set.of(layer)));
        assertThat(collect().removed()).isEmpty();
        assertThat(store.blob(blob(layer).blobDigest())).isPresent();
        store.removeLease("publish-1");
        assertThat(collect().removed())
                .extracting(GcReport.Removed::kind)
                .containsExactly(GcKind.BLOB_RECORD, GcKind.TOC_RECORD);
        assertThat(store.blobs()).isEmpty();
    }

    @Test
    void anIndexThatIsJustBeingAddedStays() throws IOException {
        ImageRecord.Index index = TestVolumes.index("i");
        Path place = store.files().layout().index(index.digest());
        store.files().writeFile(place.resolve("manifest"), index.content().toByteArray());
        Files.setLastModifiedTime(place, FileTime.from(now));
        collect();
        assertThat(place).exists();
        collectAfter(Duration.ofHours(1));
        assertThat(place).doesNotExist();
    }

    @Test
    void abandonedDraftsGo() throws IOException {
        Path draft = Files.createDirectory(root().resolve("tmp/volume-0"));
        assertThat(collect().removed())
                .containsExactly(new GcReport.Removed(GcKind.DRAFT, "volume-0", 0, GcReason.ABANDONED));
        assertThat(draft).doesNotExist();
    }

    @Test
    void aVolumeInUseElsewhereCannotBeRemoved() throws IOException {
        Digest layer = volume(1);
        store.putLease(lease("node-1", Duration.ofDays(3)).needing(Set.of(), Set.of(layer)));
        RemovedVolumes none = new RemovedVolumes(List.of(), List.of(), List.of(layer));
        assertThat(store.removeVolumes(List.of(layer))).isEqualTo(none);
        store.removeLease("node-1");
        assertThat(store.removeVolumes(List.of(layer)).removed()).containsExactly(layer);
    }

    @Test
    void aHeldLeaseIsRenewedAndGivenUp() throws Exception {
        LeaseTerms terms = lease("publish-1", Duration.ofMillis(300));
        try (HeldLease _ = HeldLease.take(store, terms)) {
            Path file = root().resolve("leases/publish-1");
            Instant first = Files.getLastModifiedTime(file).toInstant();
            long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (!Files.getLastModifiedTime(file).toInstant().isAfter(first)) {
                assertThat(System.nanoTime()).as("renewed within 10 s").isLessThan(deadline);
                Thread.sleep(10);
            }
        }
        assertThat(root().resolve("leases")).isEmptyDirectory();
    }
}
