package dev.lamella.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.erofs.ErofsFormatException;
import dev.lamella.filetree.ByteString;
import dev.lamella.testkit.ErofsUtils;
import dev.lamella.testkit.SparseFile;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Where {@code mkfs.erofs} 1.8 makes something else of an entry than containers/storage and we do, one layer for
 * each, with all that is then different; {@code fsck.erofs} and the kernel take our index each time. A newer
 * erofs-utils may need fewer of these.
 */
@Tag("system")
@Timeout(60)
class MkfsDeviationsTest {

    private static final byte[] VALUE = {1, 2};
    private static final byte[] CAPABILITY = Arrays.copyOf(new byte[] {1, 0, 0, 2, 0, 4}, 20);
    private static final String LONG = "n".repeat(101);

    private static ErofsUtils tools;

    @TempDir
    Path directory;

    @BeforeAll
    static void findTools() throws IOException {
        tools = ErofsUtils.ofTestbed();
    }

    /**
     * A layer.
     *
     * @param reason what we do and why, or what is wrong there
     * @param tar its bytes
     * @param expected path, field, ours and theirs of each difference, or a part of an error message
     */
    record Deviation(String reason, ByteString tar, List<String> expected) {
        static Deviation of(String reason, TarBytes tar, String... expected) {
            return new Deviation(reason, ByteString.of(tar.end()), List.of(expected));
        }

        @Override
        public String toString() {
            return reason;
        }
    }

    private static TarBytes tar(TarEntry... entries) {
        var tar = new TarBytes();
        for (TarEntry entry : entries) {
            tar.add(entry);
        }
        return tar;
    }

    private static TarBytes sparse(SparseFile.Format format) {
        return new TarBytes().add(new SparseFile("s", 2000).part(1000, VALUE), format);
    }

    static Stream<Deviation> differences() {
        return Stream.of(metadata(), times(), attributes(), entries()).flatMap(cases -> cases);
    }

    private static Stream<Deviation> metadata() {
        return Stream.of(
                Deviation.of(
                        "symbolic links have the one mode Linux has for them",
                        tar(TarEntry.symlink("s", "x").mode(0644)),
                        "/s: mode: 0777, 0644"),
                Deviation.of(
                        "a hard link's own metadata is applied, and chown takes capabilities away",
                        tar(
                                TarEntry.file("a", "1").xattr("security.capability", CAPABILITY),
                                TarEntry.hardLink("b", "a")
                                        .mode(04711)
                                        .owner(5, 6)
                                        .mtime(9)
                                        .xattr("user.b", VALUE)),
                        "/a: gid: 6, 0",
                        "/a: mode: 4711, 0644",
                        "/a: mtime: 9.000000000, 1700000000.000000000",
                        "/a: uid: 5, 0",
                        "/a: xattr security.capability: -, \"" + ByteString.of(CAPABILITY) + "\"",
                        "/a: xattr user.b: \"\\x01\\x02\", -"),
                Deviation.of(
                        "an entry \"./\" does not change the root",
                        tar(TarEntry.directory("./").mode(0700).owner(1, 2).mtime(3)),
                        "/: gid: 0, 2",
                        "/: mode: 0555, 0700",
                        "/: mtime: 0.000000000, 3.000000000",
                        "/: uid: 0, 1"),
                Deviation.of(
                        "global PAX headers are ignored; there they count from the second entry on",
                        new TarBytes().globalPax("uid", "77").file("e", "").file("f", ""),
                        "/f: uid: 0, 77"),
                Deviation.of(
                        "minor numbers have 20 bits; there the upper half overflows",
                        tar(TarEntry.characterDevice("c", 1, 1 << 19)),
                        "/c: device: 1:524288, 1:1048320"));
    }

    private static Stream<Deviation> times() {
        return Stream.of(
                Deviation.of(
                        "a file in place of a directory has its time, as times of directories are set last, by path",
                        tar(
                                TarEntry.directory("d").mtime(100),
                                TarEntry.file("d", "").mtime(200)),
                        "/d: mtime: 100.000000000, 200.000000000"),
                Deviation.of(
                        "times before 1970 are 0",
                        tar(TarEntry.file("f", "").pax("mtime", "-1")),
                        "/f: mtime: 0.000000000, -1.000000000"),
                Deviation.of(
                        "times after 2^63 nanoseconds are 0",
                        tar(TarEntry.file("f", "").pax("mtime", "9223372037")),
                        "/f: mtime: 0.000000000, 9223372037.000000000"),
                Deviation.of(
                        "fractions of times before 1970 count backwards",
                        tar(TarEntry.symlink("s", "x").pax("mtime", "-1.500000000")),
                        "/s: mtime: -2.500000000, -1.500000000"));
    }

    private static Stream<Deviation> attributes() {
        return Stream.of(
                Deviation.of(
                        "security.selinux is left out",
                        tar(TarEntry.file("f", "").xattr("security.selinux", VALUE)),
                        "/f: xattr security.selinux: -, \"\\x01\\x02\""),
                Deviation.of(
                        "attributes are read in star's form alone, as by Go",
                        tar(TarEntry.file("f", "").pax("LIBARCHIVE.xattr.user.a", "AQI=")),
                        "/f: xattr user.a: -, \"\\x00\\x84\""),
                Deviation.of(
                        "whiteouts have no attributes",
                        tar(TarEntry.file("d/.wh.f", "").xattr("trusted.a", VALUE), TarEntry.directory("d")),
                        "/d: xattr trusted.overlay.origin: -, \"\"",
                        "/d/f: xattr trusted.a: -, \"\\x01\\x02\""));
    }

    private static Stream<Deviation> entries() {
        return Stream.of(
                Deviation.of(
                        "of two long names GNU's counts, as in Go; there the last one does",
                        tar(TarEntry.file(LONG, "").gnuLongNames().pax("path", "p")),
                        "/" + LONG + ": existence: there, -",
                        "/p: existence: -, there"),
                Deviation.of(
                        "GNU headers have times where others have the prefix",
                        tar(TarEntry.file("f", "").format(TarEntry.Format.GNU).raw(345, "14524770400\0")),
                        "/: links: 2, 3",
                        "/14524770400: existence: -, there",
                        "/14524770400/f: existence: -, there",
                        "/f: existence: there, -"),
                Deviation.of(
                        "the old type of files is read; there it is passed over",
                        tar(TarEntry.of('\0', "f").body(VALUE)),
                        "/f: existence: there, -"),
                Deviation.of(
                        "sparse files of type S are read; there they are passed over",
                        sparse(SparseFile.Format.OLD_GNU),
                        "/s: existence: there, -"),
                Deviation.of(
                        "sparse files of version 0.0 have their holes",
                        sparse(SparseFile.Format.PAX_0_0),
                        "/s: content: crc32c 0176704c, crc32c 03f89f52",
                        "/s: size: 2000, 2"),
                Deviation.of(
                        "sparse files of version 0.1 have their name and holes",
                        sparse(SparseFile.Format.PAX_0_1),
                        "/: links: 2, 3",
                        "/GNUSparseFile.0: existence: -, there",
                        "/GNUSparseFile.0/s: existence: -, there",
                        "/s: existence: there, -"),
                Deviation.of(
                        "sparse files of version 1.0 have their name and holes",
                        sparse(SparseFile.Format.PAX_1_0),
                        "/: links: 2, 3",
                        "/GNUSparseFile.0: existence: -, there",
                        "/GNUSparseFile.0/s: existence: -, there",
                        "/s: existence: there, -"));
    }

    /** What the program refuses, with a part of its message. */
    static Stream<Deviation> refused() {
        String ioError = "[Error 5] Input/output error";
        return Stream.of(
                Deviation.of(
                        "an entry \"/\" changes the root; there it is a crash",
                        tar(TarEntry.directory("/").mode(0700)),
                        ""),
                Deviation.of("an opaque root", new TarBytes().opaque(""), "[Error 20] Not a directory"),
                Deviation.of(
                        "a whiteout below a whiteout",
                        new TarBytes().whiteout("d").whiteout("d/e"),
                        ioError),
                Deviation.of(
                        "a whiteout below a file", new TarBytes().file("d", "").whiteout("d/e"), ioError),
                Deviation.of("v7", tar(TarEntry.file("f", "").format(TarEntry.Format.V7)), "invalid tar magic"),
                Deviation.of(
                        "a mode in base 256",
                        tar(TarEntry.file("f", "").format(TarEntry.Format.GNU).base256()),
                        "invalid tar"),
                Deviation.of(
                        "a negative number in base 256",
                        tar(TarEntry.file("f", "").format(TarEntry.Format.GNU).mtime(-5)),
                        "invalid tar"),
                Deviation.of(
                        "a directory in place of a file, its long name with a slash",
                        tar(
                                TarEntry.file(LONG, "x").gnuLongNames(),
                                TarEntry.directory(LONG + "/").gnuLongNames()),
                        ioError),
                Deviation.of(
                        "a PAX header of more than 32 KiB",
                        tar(TarEntry.file("f", "").xattr("user.a", new byte[40_000])),
                        ioError),
                Deviation.of("an empty PAX value", tar(TarEntry.file("f", "").pax("uid", "")), ioError),
                new Deviation(
                        "a tar that ends with its last file",
                        ByteString.of(tar(TarEntry.file("f", "x").unpadded()).withoutEnd()),
                        List.of(ioError)));
    }

    /** What the program writes an image of that is none. */
    static Stream<Deviation> misshapen() {
        TarEntry directory = TarEntry.directory("d").xattr("user.a", VALUE);
        return Stream.of(
                Deviation.of(
                        "fractions beyond nanoseconds are cut off",
                        tar(TarEntry.file("f", "").pax("mtime", "1.1234567899")),
                        "1234567899 nanoseconds"),
                Deviation.of("a whiteout's content is ignored", new TarBytes().file(".wh.f", "x"), "a char of 1 bytes"),
                Deviation.of(
                        "a directory's attribute twice is one",
                        tar(directory, directory),
                        "attribute \"user.a\" is there twice"),
                Deviation.of(
                        "an opaque mark twice is one",
                        new TarBytes().opaque("d").opaque("d"),
                        "attribute \"trusted.overlay.opaque\" is there twice"),
                Deviation.of(
                        "a directory in place of a hard link is where it is",
                        new TarBytes()
                                .directory("d")
                                .file("f", "")
                                .hardLink("d/h", "f")
                                .directory("d/h"),
                        "\"..\" leads to inode"));
    }

    private ErofsComparison comparison(Deviation deviation) throws IOException {
        return ErofsComparison.of(tools, directory, deviation.tar.toByteArray());
    }

    @ParameterizedTest
    @MethodSource("differences")
    void differs(Deviation deviation) throws IOException {
        ErofsComparison comparison = comparison(deviation);
        assertThat(DeliberateDifferences.OF_EVERY_LAYER.others(comparison.ours(), comparison.theirs()))
                .map(Object::toString)
                .containsExactlyElementsOf(deviation.expected);
    }

    @ParameterizedTest
    @MethodSource
    void refused(Deviation deviation) throws IOException {
        ErofsComparison comparison = comparison(deviation);
        assertThat(comparison.ours()).containsKey("/");
        ErofsUtils.Result result = comparison.tryMake();
        assertThat(result.code()).isNotZero();
        assertThat(result.output()).contains(deviation.expected);
    }

    @ParameterizedTest
    @MethodSource
    void misshapen(Deviation deviation) throws IOException {
        ErofsComparison comparison = comparison(deviation);
        assertThat(comparison.ours()).containsKey("/");
        assertThatExceptionOfType(ErofsFormatException.class)
                .isThrownBy(comparison::theirs)
                .withMessageContaining(deviation.expected.getFirst());
    }
}
