package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.OciImages.Compression;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import dev.lamella.testkit.TestRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a layer holds that it must not: publish says so in one line with exit code 65, and nothing becomes visible. */
@Tag("integration")
class BadLayersTest {

    private static final byte[] GOOD =
            new TarBytes().directory("a/").file("a/b", "c".repeat(50_000)).end();

    /** A layer's blob, the tar its DiffID is made of, and what the message must hold. */
    record Bad(String name, Compression compression, ByteString blob, Digest diffId, String part) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Bad tar(String name, TarBytes tar, String part) {
        byte[] bytes = tar.end();
        return new Bad(
                name,
                Compression.GZIP,
                ByteString.of(OciImages.compress(bytes, Compression.GZIP)),
                Digest.sha256Of(bytes),
                part);
    }

    private static Bad file(String name, String path, String part) {
        return tar(name, new TarBytes().file(path, "x"), part);
    }

    private static Bad entry(String name, TarEntry entry, String part) {
        return tar(name, new TarBytes().add(entry), part);
    }

    private static Bad blob(String name, Compression compression, byte[] blob, String part) {
        return new Bad(name, compression, ByteString.of(blob), Digest.sha256Of(GOOD), part);
    }

    private static byte[] cut(byte[] bytes, int percent) {
        return Arrays.copyOf(bytes, bytes.length * percent / 100);
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] copy = bytes.clone();
        copy[at] ^= 0x10;
        return copy;
    }

    static Stream<Bad> bad() {
        return Stream.of(paths(), links(), headers(), limits(), compressions()).flatMap(List::stream);
    }

    private static List<Bad> paths() {
        return List.of(
                file("dot dot", "../f", "\"..\""),
                file("dot dot inside", "a/../b", "\"..\""),
                file("absolute with dot dot", "/../etc/passwd", "\"..\""),
                file("no name", "", "is empty"),
                file("root as a file", "./", "root is a directory"),
                tar(
                        "absolute symlinked parent",
                        new TarBytes().symlink("s", "/etc").file("s/passwd", ""),
                        "symbolic link"),
                tar(
                        "relative symlinked parent",
                        new TarBytes().directory("d/").symlink("d/s", "..").file("d/s/f", ""),
                        "symbolic link"),
                tar(
                        "whiteout through a symlink",
                        new TarBytes().symlink("s", "x").whiteout("s/f"),
                        "symbolic link"),
                tar("parent is a file", new TarBytes().file("f", "").file("f/g", ""), "not a directory"),
                file("whiteout of nothing", ".wh.", "without a name"),
                file("whiteout of dot dot", "d/.wh...", "without a name"),
                tar("whiteout of its own layer", new TarBytes().file("f", "").whiteout("f"), "same layer"));
    }

    private static List<Bad> links() {
        return List.of(
                tar("hard link to nothing", new TarBytes().hardLink("h", "gone"), "does not have"),
                tar("hard link to itself", new TarBytes().file("h", "").hardLink("h", "h"), "does not have"),
                tar("hard link forwards", new TarBytes().hardLink("h", "f").file("f", ""), "does not have"),
                tar("hard link to a directory", new TarBytes().directory("d/").hardLink("h", "d"), "is a directory"),
                tar("hard link upwards", new TarBytes().hardLink("h", "../etc/shadow"), "\"..\""),
                tar(
                        "hard link through a symlink",
                        new TarBytes().symlink("s", "/etc").hardLink("h", "s/x"),
                        "symbolic link"),
                tar("symlink without target", new TarBytes().symlink("s", ""), "without a target"));
    }

    private static List<Bad> headers() {
        return List.of(
                entry("wrong checksum", TarEntry.file("f", "").checksum(TarEntry.Checksum.WRONG), "checksum"),
                tar(
                        "not a tar",
                        new TarBytes().raw("PK\3\4".repeat(200).getBytes(StandardCharsets.US_ASCII)),
                        "checksum"),
                entry("size is no number", TarEntry.file("f", "").raw(124, "abcdefghijk"), "size"),
                entry("mode has a digit 8", TarEntry.file("f", "").raw(100, "0000648"), "mode"),
                entry("gid beyond 32 bits", TarEntry.file("f", "").owner(0, 1L << 32), "gid 4294967296"),
                entry("major too large", TarEntry.characterDevice("c", 4096, 0), "device number"),
                entry("unknown type", TarEntry.of('Z', "z"), "unknown type Z"),
                entry(
                        "PAX record without length",
                        TarEntry.file("f", "").paxBytes("x=y\n".getBytes(StandardCharsets.US_ASCII)),
                        "layer 1"),
                entry(
                        "PAX record too long",
                        TarEntry.file("f", "").paxBytes("99999 a=b\n".getBytes(StandardCharsets.US_ASCII)),
                        "layer 1"),
                entry("PAX size is no number", TarEntry.file("f", "").pax("size", "1e3"), "layer 1"),
                entry("PAX mtime is no number", TarEntry.file("f", "").pax("mtime", "now"), "layer 1"),
                entry("xattr without a name", TarEntry.file("f", "").xattr("", new byte[1]), "layer 1"));
    }

    private static List<Bad> limits() {
        var many = new TarBytes();
        for (int i = 0; i < 300; i++) {
            many.file("f" + i, "");
        }
        return List.of(
                entry("name too long", TarEntry.file("m".repeat(300), "x").gnuLongNames(), "name"),
                entry(
                        "path too long",
                        TarEntry.file("p/".repeat(2500) + "x", "").paxNames(),
                        "layer 1"),
                entry("too deep", TarEntry.file("d/".repeat(1500) + "x", "").paxNames(), "layer 1"),
                entry(
                        "symlink too long",
                        TarEntry.symlink("s", "t".repeat(5000)).paxNames(),
                        "layer 1"),
                tar("too many entries", many, "entries"),
                entry("PAX bomb", TarEntry.file("f", "").pax("comment", "x".repeat(9 << 20)), "layer 1"),
                entry("xattr too large", TarEntry.file("f", "").xattr("user.big", new byte[70_000]), "layer 1"),
                tar(
                        "layer too large: a decompression bomb",
                        new TarBytes().file("zeros", new byte[24 << 20]),
                        "exceeds the limit"));
    }

    private static List<Bad> compressions() {
        byte[] gzip = OciImages.compress(GOOD, Compression.GZIP);
        byte[] zstd = OciImages.compress(GOOD, Compression.ZSTD);
        return List.of(
                blob("gzip cut", Compression.GZIP, cut(gzip, 60), "gzip"),
                blob("gzip cut in its header", Compression.GZIP, Arrays.copyOf(gzip, 5), "layer 1"),
                blob(
                        "gzip with a flipped bit in the data",
                        Compression.GZIP,
                        flipped(gzip, gzip.length / 2),
                        "layer 1"),
                blob("gzip with a wrong checksum", Compression.GZIP, flipped(gzip, gzip.length - 6), "gzip"),
                blob("gzip with a wrong length", Compression.GZIP, flipped(gzip, gzip.length - 2), "gzip"),
                blob("zstd cut", Compression.ZSTD, cut(zstd, 60), "zstd"),
                blob("zstd with a flipped bit", Compression.ZSTD, flipped(zstd, zstd.length / 2), "layer 1"),
                blob("bzip2", Compression.GZIP, "BZh91AY&SY".getBytes(StandardCharsets.US_ASCII), "compression"),
                blob("xz", Compression.GZIP, new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 0, 4}, "compression"),
                blob("nothing", Compression.GZIP, new byte[0], "layer 1"),
                blob("tar cut in a file", Compression.NONE, cut(GOOD, 50), "layer 1"),
                blob("tar cut in a header", Compression.NONE, Arrays.copyOf(GOOD, 700), "layer 1"),
                blob(
                        "another tar: wrong DiffID",
                        Compression.NONE,
                        new TarBytes().file("x", "y").end(),
                        "DiffID"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void isRefused(Bad bad, @TempDir Path directory) throws Exception {
        try (TestRegistry registry = TestRegistry.start()) {
            var image = new OciImages()
                    .compression(bad.compression)
                    .blob(bad.blob.toByteArray(), bad.diffId)
                    .build();
            String reference = registry.push("test/bad", "1", image);
            Installation lamella = Installation.in(directory, registry);
            lamella.configure("limits.entries = 200\nlimits.layer-size = \"16MiB\"\n");
            Run run = lamella.run("publish", "--quiet", reference);
            assertThat(run.err().lines()).as(run.err()).hasSize(1);
            assertThat(run.err())
                    .startsWith("lamella: " + reference + ", layer 1 ")
                    .contains(bad.part);
            assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.BAD_DATA.number());
            assertThat(run.out()).isEmpty();
            assertThat(lamella.visible()).isEmpty();
        }
    }
}
