package dev.lamella.tar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Metadata;
import dev.lamella.filetree.Node;
import dev.lamella.filetree.RegularFile;
import dev.lamella.filetree.Timestamp;
import dev.lamella.filetree.Xattrs;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Owners, modes, times and attributes. */
class EntryMetadataTest {

    private static final byte[] CAPABILITY = {1, 0, 0, 2, 0, '\n', '=', 0, (byte) 0xff, 0};

    @Test
    void paxRecordsOverrideTheHeader() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .add(TarEntry.file("f", "12345")
                        .size(1)
                        .pax("size", "5")
                        .pax("uid", "4294967294")
                        .pax("gid", "3000000")
                        .pax("mtime", "1700000000.123456789999")
                        .pax("uname", "ignored")
                        .pax("comment", "ignored\0too"))
                .end());
        assertThat(layer.text("f")).isEqualTo("12345");
        assertThat(layer.get("f").metadata())
                .isEqualTo(new Metadata(0644, 4294967294L, 3000000, new Timestamp(1700000000, 123456789), Xattrs.NONE));
    }

    @Test
    void globalHeadersAreReadAndIgnored() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .globalPax("uid", "77")
                .file("f", "1")
                .globalPax("path", "x")
                .end());
        assertThat(layer.file("f").metadata().uid()).isZero();
        assertThat(layer.tree().counts().entries()).isEqualTo(1);
    }

    @Test
    void emptyPaxValuesLeaveTheHeader() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .add(TarEntry.file("f", "1").pax("path", "").pax("size", "").pax("mtime", ""))
                .end());
        assertThat(layer.text("f")).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource({
        "5, 5, 0, 5, 0",
        "-1, 0, 0, -1, 0",
        "-1.5, 0, 0, -2, 500000000",
        "-0.25, 0, 0, -1, 750000000",
        "1.000000001, 1, 1, 1, 1",
        "9223372036, 9223372036, 0, 9223372036, 0",
        "9223372037, 0, 0, 9223372037, 0",
    })
    void timesAreThoseOfContainersStorage(String mtime, long file, int fileNanos, long link, int linkNanos)
            throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .add(TarEntry.file("f", "").pax("mtime", mtime))
                .add(TarEntry.symlink("s", "f").pax("mtime", mtime))
                .end());
        assertThat(layer.get("f").metadata().mtime()).isEqualTo(new Timestamp(file, fileNanos));
        assertThat(layer.get("s").metadata().mtime()).isEqualTo(new Timestamp(link, linkNanos));
    }

    @Test
    void base256NumbersOfAllFields() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .add(TarEntry.file("f", "abc")
                        .format(TarEntry.Format.GNU)
                        .base256()
                        .owner(4_000_000_000L, 3_000_000_000L)
                        .mode(04755)
                        .mtime(1L << 34))
                .add(TarEntry.symlink("s", "f").format(TarEntry.Format.GNU).mtime(-5))
                .end());
        assertThat(layer.text("f")).isEqualTo("abc");
        assertThat(layer.file("f").metadata().uid()).isEqualTo(4_000_000_000L);
        assertThat(layer.get("s").metadata().mtime()).isEqualTo(new Timestamp(-5, 0));
    }

    @Test
    void signedChecksumsAndLooseNumbers() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .add(TarEntry.file("\u00e9\u00e8", "1").checksum(TarEntry.Checksum.SIGNED))
                .add(TarEntry.file("f", "2").raw(100, "   644 \0").raw(108, new byte[8]))
                .end());
        assertThat(layer.text("\u00e9\u00e8")).isEqualTo("1");
        assertThat(layer.file("f").metadata().permissions()).isEqualTo(0644);
    }

    @Test
    void attributesAreBytes() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .add(TarEntry.file("f", "1")
                        .xattr("security.capability", CAPABILITY)
                        .xattr("user.empty", new byte[0])
                        .xattr("trusted.t", new byte[] {0})
                        .xattr("system.posix_acl_access", new byte[] {2, 0, 0, 0})
                        .xattr("security.selinux", "label".getBytes(StandardCharsets.UTF_8))
                        .xattr("com.apple.quarantine", new byte[] {1}))
                .end());
        assertThat(layer.file("f").metadata().xattrs().asMap())
                .containsEntry(ByteString.utf8("security.capability"), ByteString.of(CAPABILITY))
                .containsEntry(ByteString.utf8("user.empty"), ByteString.EMPTY)
                .containsOnlyKeys(
                        ByteString.utf8("security.capability"),
                        ByteString.utf8("system.posix_acl_access"),
                        ByteString.utf8("trusted.t"),
                        ByteString.utf8("user.empty"));
    }

    /** What Linux lets each type have; with more, attributes are listed that cannot be read. */
    @ParameterizedTest
    @CsvSource({
        "0, system.posix_acl_access trusted.t user.u",
        "2, trusted.t",
        "3, system.posix_acl_access trusted.t",
        "4, system.posix_acl_access trusted.t",
        "5, system.posix_acl_access system.posix_acl_default trusted.t user.u",
        "6, system.posix_acl_access trusted.t",
    })
    void attributesAreThoseThatTheTypeCanHave(char type, String expected) throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .add(withAllAttributes(TarEntry.of(type, "given").link("x")))
                .add(TarEntry.of(type, "linked").link("x"))
                .add(type == '5' ? TarEntry.directory("d") : withAllAttributes(TarEntry.hardLink("h", "linked")))
                .end());
        assertThat(names(layer.get("given"))).isEqualTo(expected);
        assertThat(names(layer.get("linked"))).isEqualTo(type == '5' ? "" : expected);
    }

    private static TarEntry withAllAttributes(TarEntry entry) {
        for (String name : List.of("user.u", "trusted.t", "system.posix_acl_access", "system.posix_acl_default")) {
            entry.xattr(name, new byte[] {1});
        }
        return entry;
    }

    private static String names(Node node) {
        return node.metadata().xattrs().asMap().keySet().stream()
                .map(ByteString::toString)
                .collect(Collectors.joining(" "));
    }

    @Test
    void equalMetadataIsOneObject() throws IOException {
        Layer layer = Layer.read(new TarBytes().file("a", "1").file("b", "2").end());
        assertThat(layer.get("a").metadata()).isSameAs(layer.get("b").metadata());
        assertThat(layer.get("a")).isInstanceOf(RegularFile.class);
    }
}
