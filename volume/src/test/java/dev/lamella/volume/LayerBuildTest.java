package dev.lamella.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.filetree.Digest;
import dev.lamella.tar.TarFormatException;
import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.Mutations;
import dev.lamella.testkit.TarBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class LayerBuildTest {

    private static final byte[] TAR = Blobs.tar();
    private static final Instant CREATED = Instant.parse("2026-01-31T12:00:00Z");
    private static final LayerLimits LIMITS = LayerLimits.DEFAULT.withFreeSpaceFloor(0);

    @TempDir
    Path directory;

    private static VolumeDescriptor build(InputStream blob, LayerSource source, Path directory, LayerLimits limits)
            throws IOException {
        return new LayerBuild(source, directory, limits, BuildListener.NONE, Blobs::writeTextIndex).run(blob, CREATED);
    }

    private VolumeDescriptor build(byte[] blob, byte[] tar) throws IOException {
        return build(new ByteArrayInputStream(blob), Blobs.sourceOf(blob, tar), directory, LIMITS);
    }

    @AfterEach
    void noThreadIsLeft() {
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("layer-"));
    }

    static Map<String, byte[]> goodBlobs() {
        byte[] head = Arrays.copyOf(TAR, 1000);
        byte[] tail = Arrays.copyOfRange(TAR, 1000, TAR.length);
        var blobs = new TreeMap<String, byte[]>();
        blobs.put("plain tar", TAR);
        blobs.put("gzip", Blobs.gzip(TAR));
        blobs.put("gzip, two members", Blobs.join(Blobs.gzip(head), Blobs.gzip(tail)));
        blobs.put("gzip, empty members", Blobs.join(Blobs.gzip(new byte[0]), Blobs.gzip(TAR), Blobs.gzip(new byte[0])));
        blobs.put("gzip, all header fields", gzipWithHeaderFields());
        blobs.put("zstd", Blobs.zstd(TAR));
        blobs.put("zstd, two frames", Blobs.join(Blobs.zstd(head), Blobs.zstd(tail)));
        blobs.put(
                "zstd, skippable frames",
                Blobs.join(
                        Blobs.skippableFrame(70),
                        Blobs.zstd(head),
                        Blobs.skippableFrame(0),
                        Blobs.zstd(tail),
                        Blobs.skippableFrame(3000)));
        return blobs;
    }

    private static byte[] gzipWithHeaderFields() {
        byte[] plain = Blobs.gzip(TAR);
        byte[] header = {0x1f, (byte) 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 2, 0, 'A', 'B', 'n', 0, 'c', 0};
        var crc = new CRC32();
        crc.update(header);
        byte[] headerCrc = {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
        return Blobs.join(header, headerCrc, Arrays.copyOfRange(plain, 10, plain.length));
    }

    @Test
    void everyFramingGivesTheSameVolume() throws IOException {
        for (var good : goodBlobs().entrySet()) {
            Path place = Files.createDirectory(directory.resolve(good.getKey()));
            byte[] blob = good.getValue();
            VolumeDescriptor descriptor =
                    build(new ByteArrayInputStream(blob), Blobs.sourceOf(blob, TAR), place, LIMITS);
            assertThat(descriptor.diffId()).as(good.getKey()).isEqualTo(Digest.sha256Of(TAR));
            assertThat(place.resolve("data.tar")).hasBinaryContent(TAR);
            assertThat(descriptor.data())
                    .isEqualTo(new VolumeDescriptor.Data(TAR.length, MerkleTreeBuilder.digestOf(TAR)));
            byte[] index = Files.readAllBytes(place.resolve("index.erofs"));
            assertThat(descriptor.index())
                    .isEqualTo(new VolumeDescriptor.Index(
                            index.length, Digest.sha256Of(index), MerkleTreeBuilder.digestOf(index)));
            assertThat(descriptor.counts()).isEqualTo(new VolumeDescriptor.Counts(7, 3, 3, 1, 0, 1));
            assertThat(descriptor.creator()).isEqualTo("lamella/0.1.0");
            try (MerkleTree tree = MerkleTree.open(place.resolve("data.verity"), descriptor.data())) {
                tree.verifyTree();
            }
            try (var files = Files.list(place)) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .containsExactlyInAnyOrder("data.tar", "index.erofs", "data.verity");
            }
        }
    }

    /**
     * A blob that must be refused.
     *
     * @param name what is wrong
     * @param blob its bytes
     * @param promised what the manifest says of it
     * @param error the exception
     * @param message a part of its message
     */
    record Bad(String name, List<Byte> blob, LayerSource promised, Class<?> error, String message) {
        static Bad of(String name, byte[] blob, Class<?> error, String message) {
            return new Bad(name, boxed(blob), Blobs.sourceOf(blob, TAR), error, message);
        }

        Bad promising(LayerSource other) {
            return new Bad(name, blob, other, error, message);
        }

        byte[] bytes() {
            byte[] bytes = new byte[blob.size()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = blob.get(i);
            }
            return bytes;
        }

        private static List<Byte> boxed(byte[] bytes) {
            var list = new ArrayList<Byte>(bytes.length);
            for (byte b : bytes) {
                list.add(b);
            }
            return list;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Bad> badBlobs() {
        byte[] gzip = Blobs.gzip(TAR);
        byte[] zstd = Blobs.zstd(TAR);
        byte[] html = "<!DOCTYPE html><html>please log in</html>".getBytes(StandardCharsets.UTF_8);
        LayerSource wanted = Blobs.sourceOf(gzip, TAR);
        Digest other = Digest.sha256Of(new byte[] {1});
        var corrupt = CorruptCompressionException.class;
        return List.of(
                Bad.of("empty blob", new byte[0], UnknownCompressionException.class, "the blob is empty"),
                Bad.of(
                        "xz",
                        new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 1},
                        UnknownCompressionException.class,
                        "xz"),
                Bad.of(
                        "bzip2",
                        "BZh91AY".getBytes(StandardCharsets.US_ASCII),
                        UnknownCompressionException.class,
                        "bzip2"),
                Bad.of("lz4", new byte[] {4, 0x22, 0x4d, 0x18, 1}, UnknownCompressionException.class, "lz4"),
                Bad.of("no known magic", html, UnknownCompressionException.class, "3c 21 44 4f"),
                Bad.of("an error page instead of the blob", html, BlobSizeMismatchException.class, "shorter")
                        .promising(wanted),
                Bad.of(
                                "an error page of the right size",
                                html,
                                BlobDigestMismatchException.class,
                                "bytes received have the digest")
                        .promising(
                                new LayerSource(wanted.blobDigest(), html.length, wanted.diffId(), Optional.empty())),
                Bad.of(
                        "gzip cut in the data",
                        Arrays.copyOf(gzip, gzip.length / 2),
                        corrupt,
                        "ends in the middle of a member"),
                Bad.of("gzip cut in the header", Arrays.copyOf(gzip, 5), corrupt, "in the middle of a member's header"),
                Bad.of(
                        "gzip cut in the trailer",
                        Arrays.copyOf(gzip, gzip.length - 3),
                        corrupt,
                        "in the middle of a member's trailer"),
                Bad.of("gzip with a wrong checksum", flipped(gzip, gzip.length - 8), corrupt, "the trailer says"),
                Bad.of("gzip with a wrong length", flipped(gzip, gzip.length - 4), corrupt, "(modulo 2^32)"),
                Bad.of("gzip with damaged data", flipped(gzip, 40), corrupt, "corrupt gzip at blob offset"),
                Bad.of("gzip of another method", flipped(gzip, 2), corrupt, "expected 8 (deflate)"),
                Bad.of("gzip with reserved flags", flippedBit(gzip, 3, 7), corrupt, "reserved flags"),
                Bad.of(
                        "gzip with a wrong header checksum",
                        flipped(gzipWithHeaderFields(), 18),
                        corrupt,
                        "the header's checksum"),
                Bad.of("gzip with an endless name", endlessName(), corrupt, "longer than 65536 bytes"),
                Bad.of("gzip and zeros", Blobs.join(gzip, new byte[512]), corrupt, "found the bytes 00 00"),
                Bad.of("gzip and a zstd frame", Blobs.join(gzip, zstd), corrupt, "found the bytes 28 b5"),
                Bad.of("zstd cut short", Arrays.copyOf(zstd, zstd.length / 2), corrupt, "corrupt zstd at blob offset"),
                Bad.of("zstd with damaged data", flipped(zstd, zstd.length / 2), Exception.class, ""),
                Bad.of("zstd and garbage", Blobs.join(zstd, new byte[100]), corrupt, "corrupt zstd"),
                Bad.of(
                        "skippable frame cut short",
                        Arrays.copyOf(Blobs.skippableFrame(100), 50),
                        corrupt,
                        "corrupt zstd"),
                Bad.of("wrong blob digest", gzip, BlobDigestMismatchException.class, "blob " + other)
                        .promising(new LayerSource(other, gzip.length, wanted.diffId(), Optional.empty())),
                Bad.of("blob shorter than promised", gzip, BlobSizeMismatchException.class, "shorter than the")
                        .promising(new LayerSource(
                                wanted.blobDigest(), gzip.length + 1, wanted.diffId(), Optional.empty())),
                Bad.of("blob longer than promised", gzip, BlobSizeMismatchException.class, "longer than the")
                        .promising(new LayerSource(
                                wanted.blobDigest(), gzip.length - 1, wanted.diffId(), Optional.empty())),
                Bad.of("wrong DiffID", gzip, DiffIdMismatchException.class, "config says DiffID " + other)
                        .promising(new LayerSource(wanted.blobDigest(), gzip.length, other, Optional.empty())),
                Bad.of("tar cut short", Blobs.gzip(Arrays.copyOf(TAR, 2000)), TarFormatException.class, "tar entry"),
                Bad.of(
                                "damaged tar in a damaged plain blob",
                                flipped(TAR, 600),
                                BlobDigestMismatchException.class,
                                "received")
                        .promising(Blobs.sourceOf(TAR, TAR)),
                Bad.of("gzip in gzip", Blobs.gzip(gzip), TarFormatException.class, "tar entry"));
    }

    private static byte[] endlessName() {
        byte[] header = {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 3};
        byte[] name = new byte[70_000];
        Arrays.fill(name, (byte) 'n');
        return Blobs.join(header, name);
    }

    private static byte[] flipped(byte[] bytes, int at) {
        return flippedBit(bytes, at, 0);
    }

    private static byte[] flippedBit(byte[] bytes, int at, int bit) {
        byte[] copy = bytes.clone();
        copy[at] ^= (byte) (1 << bit);
        return copy;
    }

    @ParameterizedTest
    @MethodSource("badBlobs")
    void refusedAndNothingLeft(Bad bad) throws IOException {
        assertThatThrownBy(() -> build(new ByteArrayInputStream(bad.bytes()), bad.promised(), directory, LIMITS))
                .isInstanceOf(bad.error())
                .hasMessageContaining(bad.message());
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void errorOfTheSourceIsTheCause() {
        var torn = new Stalled(Arrays.copyOf(Blobs.gzip(TAR), 500));
        torn.close();
        assertThatThrownBy(() -> build(torn, Blobs.sourceOf(Blobs.gzip(TAR), TAR), directory, LIMITS))
                .hasMessage("closed");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void bombIsStopped() {
        byte[] tar = new TarBytes().file("zeros", new byte[8 << 20]).end();
        byte[] blob = Blobs.gzip(tar);
        var strict = new LayerLimits(1L << 30, 1 << 20, 100, 1 << 20, 0, LIMITS.tar(), LIMITS.toc());
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> build(new ByteArrayInputStream(blob), Blobs.sourceOf(blob, tar), directory, strict))
                .satisfies(e -> assertThat(e.limitName()).isEqualTo("ratioMax"));
        var small = new LayerLimits(1 << 20, 1L << 30, 100, 1 << 20, 0, LIMITS.tar(), LIMITS.toc());
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> build(new ByteArrayInputStream(blob), Blobs.sourceOf(blob, tar), directory, small))
                .satisfies(e -> assertThat(e.limitName()).isEqualTo("dataSizeBytesMax"));
        var smallIndex = new LayerLimits(1L << 30, 1L << 30, 100, 10, 0, LIMITS.tar(), LIMITS.toc());
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(
                        () -> build(new ByteArrayInputStream(blob), Blobs.sourceOf(blob, tar), directory, smallIndex))
                .satisfies(e -> assertThat(e.limitName()).isEqualTo("indexSizeBytesMax"));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void floorOfFreeSpaceHolds() {
        assertThatThrownBy(() -> build(
                        new ByteArrayInputStream(TAR),
                        Blobs.sourceOf(TAR, TAR),
                        directory,
                        LIMITS.withFreeSpaceFloor(Long.MAX_VALUE)))
                .isInstanceOf(DiskFullException.class);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void failureDoesNotWaitForAStalledSource() {
        byte[] head = new TarBytes().file("large", new byte[1 << 20]).withoutEnd();
        LayerSource source = Blobs.sourceOf(new byte[3 << 20], TAR);
        BuildListener failing = (_, _) -> {
            throw new IllegalStateException("listener");
        };
        var first = new Stalled(head);
        assertThatThrownBy(() ->
                        new LayerBuild(source, directory, LIMITS, failing, Blobs::writeTextIndex).run(first, CREATED))
                .hasMessage("listener");
        assertThat(first.closed.getCount()).isZero();
        assertThat(directory).isEmptyDirectory();
        var stalled = new Stalled(head);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> build(stalled, source, directory, LIMITS)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(stalled.closed.getCount()).isZero();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void listenerHearsOfAllBytes() throws IOException {
        byte[] blob = Blobs.gzip(TAR);
        var blobBytes = new AtomicLong();
        var dataBytes = new AtomicLong();
        BuildListener listener = (received, written) -> {
            blobBytes.set(received);
            dataBytes.set(written);
        };
        new LayerBuild(Blobs.sourceOf(blob, TAR), directory, LIMITS, listener, Blobs::writeTextIndex)
                .run(new ByteArrayInputStream(blob), CREATED);
        assertThat(blobBytes).hasValue(blob.length);
        assertThat(dataBytes).hasValue(TAR.length);
    }

    @Test
    void mutatedBlobsGiveDeclaredErrorsOnly() throws IOException {
        List<byte[]> good = List.copyOf(goodBlobs().values());
        Fuzz.run(150, random -> {
            byte[] blob = Mutations.mutate(random, random.pick(good));
            try {
                // The promises are kept, so that only framing and tar can be wrong.
                build(blob, TAR);
                for (String name : List.of("data.tar", "index.erofs", "data.verity")) {
                    Files.delete(directory.resolve(name));
                }
            } catch (VolumeException | TarFormatException _) {
                assertThat(directory).isEmptyDirectory();
            }
        });
    }

    /** Gives some bytes, then waits until it is closed. */
    private static final class Stalled extends InputStream {
        private final ByteArrayInputStream head;
        private final CountDownLatch closed = new CountDownLatch(1);

        Stalled(byte[] head) {
            this.head = new ByteArrayInputStream(head);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = head.read(target, offset, length);
            if (count >= 0) {
                return count;
            }
            boolean done = false;
            while (!done) { // as a source that does not answer to interruption
                try {
                    closed.await();
                    done = true;
                } catch (InterruptedException _) {
                    // goes on waiting
                }
            }
            throw new IOException("closed");
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }
}
