package dev.lamella.tar;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.lamella.testkit.SparseFile;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every layer here is refused with one error that names entry and offset. */
class BadLayersTest {

    private static final TarLimits SMALL =
            new TarLimits(3, 4096, 255, 8, 4095, 4200, 100, 150, 2000, 4, 1 << 20, 512, 16384);

    @ParameterizedTest(name = "{0}")
    @MethodSource({"names", "links", "whiteouts", "headers", "extensions", "sparseFiles", "truncations"})
    void isRefused(String label, byte[] tar, String expected) {
        assertThatThrownBy(() -> Layer.read(tar))
                .as(label)
                .isExactlyInstanceOf(TarFormatException.class)
                .hasMessageStartingWith("tar entry \"")
                .hasMessageContaining(expected)
                .asInstanceOf(type(TarFormatException.class))
                .satisfies(e -> assertThat(e.offset()).isBetween(0L, (long) tar.length));
    }

    static Stream<Arguments> names() {
        return Stream.of(
                file("dot dot", "../f", "\"..\""),
                file("dot dot inside", "a/../b", "\"..\""),
                file("dot dot at the end", "a/..", "\"..\""),
                file("dot dot below the root", "/../etc/passwd", "\"..\""),
                file("dot dot whiteout", "../.wh.f", "\"..\""),
                file("empty name", "", "is empty"),
                file("root as a file", "./", "root is a directory"),
                file("absolute root as a file", "/", "root is a directory"),
                bad("parent is a symlink", new TarBytes().symlink("s", "/etc").file("s/passwd", ""), "symbolic link"),
                bad(
                        "grandparent is a symlink",
                        new TarBytes().directory("d/").symlink("d/s", "..").file("d/s/x/f", ""),
                        "symbolic link"),
                bad(
                        "whiteout through a symlink",
                        new TarBytes().symlink("s", "x").whiteout("s/f"),
                        "symbolic link"),
                bad(
                        "opaque mark through a symlink",
                        new TarBytes().symlink("s", "x").opaque("s"),
                        "symbolic link"),
                bad("parent is a file", new TarBytes().file("f", "").file("f/g", ""), "not a directory"),
                bad("parent is a whiteout", new TarBytes().whiteout("f").file("f/g", ""), "not a directory"));
    }

    static Stream<Arguments> links() {
        return Stream.of(
                bad("hard link to nothing", new TarBytes().hardLink("h", "gone"), "does not have"),
                bad("hard link to itself", new TarBytes().file("h", "").hardLink("h", "h"), "does not have"),
                bad("hard link forwards", new TarBytes().hardLink("h", "f").file("f", ""), "does not have"),
                bad("hard link below a file", new TarBytes().file("f", "").hardLink("h", "f/g"), "does not have"),
                bad("hard link to a directory", new TarBytes().directory("d/").hardLink("h", "d"), "is a directory"),
                bad("hard link to the root", new TarBytes().hardLink("h", "/"), "is a directory"),
                bad("hard link with dot dot", new TarBytes().hardLink("h", "../etc/shadow"), "\"..\""),
                bad("hard link without target", new TarBytes().hardLink("h", ""), "is empty"),
                bad(
                        "hard link through a symlink",
                        new TarBytes().symlink("s", "/etc").hardLink("h", "s/shadow"),
                        "symbolic link"),
                bad("symlink without target", new TarBytes().symlink("s", ""), "without a target"));
    }

    static Stream<Arguments> whiteouts() {
        return Stream.of(
                file("whiteout of nothing", ".wh.", "without a name"),
                file("whiteout of dot", "d/.wh..", "without a name"),
                file("whiteout of dot dot", "d/.wh...", "without a name"),
                bad(
                        "whiteout of a name of its layer",
                        new TarBytes().file("f", "").whiteout("f"),
                        "same layer"),
                bad("whiteout twice", new TarBytes().whiteout("f").whiteout("f"), "same layer"));
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                entry("wrong checksum", TarEntry.file("f", "").checksum(TarEntry.Checksum.WRONG), "checksum"),
                entry("checksum is no number", TarEntry.file("f", "").raw(148, "hello   "), "checksum"),
                bad("not a tar", new TarBytes().raw("PK\3\4".repeat(200).getBytes(US_ASCII)), "checksum"),
                entry("size is no number", TarEntry.file("f", "").raw(124, "abcdefghijk"), "size"),
                entry("mode has a digit 8", TarEntry.file("f", "").raw(100, "0000648"), "mode"),
                entry("mtime too large", TarEntry.file("f", "").raw(136, bytes(12, 0xbf)), "mtime"),
                entry("negative size", TarEntry.file("f", "").raw(124, bytes(12, 0xff)), "negative size"),
                entry("negative uid", TarEntry.file("f", "").raw(108, bytes(8, 0xff)), "uid -1"),
                entry("gid beyond 32 bits", TarEntry.file("f", "").owner(0, 1L << 32), "gid 4294967296"),
                entry("uid that means unchanged", TarEntry.file("f", "").pax("uid", "4294967295"), "uid"),
                entry("major too large", TarEntry.characterDevice("c", 4096, 0), "device number 4096:0"),
                entry("minor too large", TarEntry.blockDevice("b", 0, 1 << 20), "device number"),
                entry("unknown type", TarEntry.of('Z', "z"), "unknown type Z"),
                entry("volume label", TarEntry.of('V', "z"), "unknown type V"),
                entry("Solaris header", TarEntry.of('X', "z"), "unknown type X"),
                entry("type with the upper bit", TarEntry.of('\u00ff', "z"), "unknown type"),
                bad("one zero block", new TarBytes().raw(new byte[512]).file("f", ""), "one zero block"));
    }

    static Stream<Arguments> extensions() {
        return Stream.of(
                pax("PAX without length", "path=x\n", "its length"),
                pax("PAX without space", "12", "its length"),
                pax("PAX too long", "99 path=x\n", "does not lead"),
                pax("PAX too short", "3 path=x\n", "does not lead"),
                pax("PAX huge length", "99999999999999999999 path=x\n", "its length"),
                pax("PAX without newline", "10 path=xyz", "does not lead"),
                pax("PAX without equals", "9 pathxy\n", "KEYWORD=VALUE"),
                pax("PAX without keyword", "6 =xy\n", "KEYWORD=VALUE"),
                entry("NUL in PAX path", TarEntry.file("f", "").pax("path", "a\0b"), "NUL"),
                entry("NUL in PAX keyword", TarEntry.file("f", "").pax("a\0b", "x"), "NUL"),
                entry("PAX size is no number", TarEntry.file("f", "").pax("size", "1x"), "size"),
                entry("PAX size negative", TarEntry.file("f", "").pax("size", "-1"), "negative size"),
                entry("PAX uid is no number", TarEntry.file("f", "").pax("uid", "root"), "uid"),
                entry("PAX mtime with exponent", TarEntry.file("f", "").pax("mtime", "1e999999999"), "mtime"),
                entry("PAX mtime fraction", TarEntry.file("f", "").pax("mtime", "1.5x"), "mtime"),
                entry("PAX mtime too small", TarEntry.file("f", "").pax("mtime", "-9223372036854775808.5"), "mtime"),
                entry("attribute without name", TarEntry.file("f", "").xattr("", bytes(1, 1)), "without a name"),
                entry(
                        "attribute of a bare namespace",
                        TarEntry.file("f", "").xattr("user.", bytes(1, 1)),
                        "without a name"),
                entry(
                        "attribute name too long",
                        TarEntry.file("f", "").xattr("user." + "x".repeat(251), bytes(1, 1)),
                        "256 bytes"),
                bad(
                        "global header malformed",
                        new TarBytes().add(TarEntry.of('g', "g").body(bytes(3, 'x'))),
                        "its length"),
                bad(
                        "PAX header of nothing",
                        new TarBytes().add(TarEntry.of('x', "x").body(TarEntry.paxRecord("a", bytes(1, 'b')))),
                        "ends inside"),
                bad(
                        "long name of nothing",
                        new TarBytes().add(TarEntry.of('L', "x").body(bytes(200, 'b'))),
                        "ends inside"));
    }

    static Stream<Arguments> sparseFiles() {
        return Stream.of(
                sparse(
                        "parts overlap",
                        new SparseFile("f", 2048).part(512, bytes(512, 1)).part(1000, bytes(10, 1))),
                sparse(
                        "parts out of order",
                        new SparseFile("f", 2048).part(512, bytes(12, 1)).part(0, bytes(12, 1))),
                sparse("part beyond the end", new SparseFile("f", 100).part(0, bytes(101, 1))),
                entry("sparse type in ustar", TarEntry.of('S', "f"), "not GNU"),
                entry("map shorter than the data", gnuSparse("1.0").body(body("1\n0\n1\n")), "the entry has 0"),
                entry("map without end", gnuSparse("1.0").body(bytes(512, '1')), "decimal"),
                entry("map beyond the entry", gnuSparse("1.0").body(body("2\n0\n1\n")), "decimal"),
                entry("map in an empty entry", gnuSparse("1.0"), "does not end"),
                entry("map with a sign", gnuSparse("1.0").body(body("-1\n")), "decimal"),
                entry(
                        "odd map",
                        gnuSparse("0.1").pax("GNU.sparse.map", "0,1,2").pax("GNU.sparse.numblocks", "1"),
                        "3 numbers"),
                entry(
                        "map is no numbers",
                        gnuSparse("0.1").pax("GNU.sparse.map", "a,b").pax("GNU.sparse.numblocks", "1"),
                        "sparse map"),
                entry("map without count", gnuSparse("0.1").pax("GNU.sparse.map", "0,0"), "numblocks"),
                entry(
                        "offsets without lengths",
                        gnuSparse("0.0").pax("GNU.sparse.offset", "0").pax("GNU.sparse.offset", "1"),
                        "alternate"),
                entry("negative real size", gnuSparse("1.0").pax("GNU.sparse.size", "-1"), "negative size"));
    }

    static Stream<Arguments> truncations() {
        byte[] tar = new TarBytes()
                .add(TarEntry.file("f", "x".repeat(600)).pax("a", "b"))
                .withoutEnd();
        return Stream.of(
                arguments("cut in a header", Arrays.copyOf(tar, 100), "ends inside"),
                arguments("cut behind an extension's header", Arrays.copyOf(tar, 512), "ends inside"),
                arguments("cut behind an extension", Arrays.copyOf(tar, 1024), "ends inside"),
                arguments("cut in the second header", Arrays.copyOf(tar, 1500), "ends inside"),
                arguments("cut before the body", Arrays.copyOf(tar, 1536), "ends inside"),
                arguments("cut in the body's tail", Arrays.copyOf(tar, 2100), "ends inside"));
    }

    @Test
    void errorsNameEntryAndOffset() {
        var tar = new TarBytes().file("fine", "1").directory("d/").hardLink("d/bad\n", "gone");
        assertThatThrownBy(() -> Layer.read(tar.end()))
                .hasMessage(
                        "tar entry \"d/bad\\x0a\" at byte 1536: hard link to \"gone\", which this layer does not have")
                .asInstanceOf(type(TarFormatException.class))
                .satisfies(e -> assertThat(e.entry()).isEqualTo("d/bad\\x0a"))
                .satisfies(e -> assertThat(e.offset()).isEqualTo(1536));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("limits")
    void isBeyondALimit(String limit, byte[] tar) {
        assertThatThrownBy(() -> Layer.read(tar, SMALL))
                .isExactlyInstanceOf(TarLimitException.class)
                .asInstanceOf(type(TarLimitException.class))
                .satisfies(e -> assertThat(e.limit()).isEqualTo(limit))
                .satisfies(e -> assertThat(e.getMessage()).contains(limit, Long.toString(e.maximum())));
    }

    static Stream<Arguments> limits() {
        String longPath = ("d".repeat(200) + "/").repeat(7);
        return Stream.of(
                arguments(
                        "entriesMax",
                        new TarBytes()
                                .file("a", "")
                                .file("b", "")
                                .file("c", "")
                                .file("d", "")
                                .end()),
                arguments("entriesMax", new TarBytes().file("a/b/c/d", "").end()),
                arguments(
                        "pathBytesMax",
                        new TarBytes()
                                .add(TarEntry.file("a/".repeat(2048) + "a", "").gnuLongNames())
                                .end()),
                arguments(
                        "nameBytesMax",
                        new TarBytes()
                                .add(TarEntry.file("n".repeat(256), "").gnuLongNames())
                                .end()),
                arguments(
                        "depthMax", new TarBytes().file("1/2/3/4/5/6/7/8/9", "").end()),
                arguments(
                        "extensionBytesMax",
                        new TarBytes()
                                .add(TarEntry.file("f", "").pax("comment", "c".repeat(5000)))
                                .end()),
                arguments(
                        "extensionBytesMax",
                        new TarBytes()
                                .add(TarEntry.of('x', "bomb").size(1L << 32))
                                .end()),
                arguments(
                        "xattrBytesMax",
                        new TarBytes()
                                .add(TarEntry.file("f", "").xattr("user.a", bytes(101, 1)))
                                .end()),
                arguments(
                        "nodeXattrBytesMax",
                        new TarBytes()
                                .add(TarEntry.file("f", "")
                                        .xattr("user.a", bytes(90, 1))
                                        .xattr("user.b", bytes(90, 1)))
                                .end()),
                arguments(
                        "metadataBytesMax",
                        new TarBytes()
                                .add(TarEntry.symlink("s", longPath).gnuLongNames())
                                .add(TarEntry.symlink("t", longPath).gnuLongNames())
                                .end()),
                arguments(
                        "sparsePartsMax",
                        new TarBytes().add(parts(5), SparseFile.Format.OLD_GNU).end()),
                arguments(
                        "sparsePartsMax",
                        new TarBytes()
                                .add(gnuSparse("1.0").body(body("999999999999\n")))
                                .end()),
                arguments(
                        "fileBytesMax",
                        new TarBytes()
                                .add(TarEntry.file("f", "").size(1L << 30))
                                .end()),
                arguments(
                        "fileBytesMax",
                        new TarBytes()
                                .add(new SparseFile("f", 1L << 30).part(0, bytes(1, 1)), SparseFile.Format.PAX_1_0)
                                .end()),
                arguments(
                        "storedBytesMax",
                        new TarBytes().add(parts(2), SparseFile.Format.PAX_0_1).end()),
                arguments("tarBytesMax", new TarBytes().raw(new byte[17000]).end()));
    }

    @Test
    void symlinkTargetBeyondLinux() {
        byte[] tar = new TarBytes()
                .add(TarEntry.symlink("s", "s".repeat(4096)).gnuLongNames())
                .end();
        assertThatThrownBy(() -> Layer.read(tar))
                .asInstanceOf(type(TarLimitException.class))
                .satisfies(e -> assertThat(e.limit()).isEqualTo("symlinkBytesMax"));
    }

    @Test
    void failuresOfTheStreamPassThrough() {
        var broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection lost");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("connection lost");
            }
        };
        assertThatThrownBy(() -> LayerReader.read(broken, OutputStream.nullOutputStream(), SMALL))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("connection lost");
    }

    private static SparseFile parts(int count) {
        var file = new SparseFile("f", 100_000);
        for (int i = 0; i < count; i++) {
            file.part(i * 1000L + 1, bytes(10, 1));
        }
        return file;
    }

    private static TarEntry gnuSparse(String version) {
        return TarEntry.file("f", "")
                .pax("GNU.sparse.major", version.substring(0, 1))
                .pax("GNU.sparse.minor", version.substring(2))
                .pax("GNU.sparse.name", "f")
                .pax("GNU.sparse.realsize", "1000");
    }

    private static byte[] body(String text) {
        return Arrays.copyOf(text.getBytes(US_ASCII), 512);
    }

    private static Arguments sparse(String label, SparseFile file) {
        return bad(label, new TarBytes().add(file, SparseFile.Format.OLD_GNU), "out of order or beyond");
    }

    private static Arguments pax(String label, String header, String expected) {
        return entry(label, TarEntry.file("f", "").paxBytes(header.getBytes(US_ASCII)), expected);
    }

    private static Arguments file(String label, String name, String expected) {
        return bad(label, new TarBytes().file(name, ""), expected);
    }

    private static Arguments entry(String label, TarEntry entry, String expected) {
        return bad(label, new TarBytes().add(entry), expected);
    }

    private static Arguments bad(String label, TarBytes tar, String expected) {
        return arguments(label, tar.end(), expected);
    }

    private static byte[] bytes(int length, int value) {
        var bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
