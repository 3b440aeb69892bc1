package dev.lamella.tar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Symlink;
import dev.lamella.filetree.Timestamp;
import dev.lamella.testkit.SparseFile;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same bytes, written or read by an independent implementation. */
class CommonsCompressTest {

    @ParameterizedTest
    @ValueSource(ints = {TarArchiveOutputStream.LONGFILE_GNU, TarArchiveOutputStream.LONGFILE_POSIX})
    void readsWhatItWrites(int longNames) throws IOException {
        String longName = "d/" + "n".repeat(130) + "-\u00fc";
        var bytes = new ByteArrayOutputStream();
        try (var out = new TarArchiveOutputStream(bytes, UTF_8.name())) {
            out.setLongFileMode(longNames);
            boolean pax = longNames == TarArchiveOutputStream.LONGFILE_POSIX;
            out.setBigNumberMode(pax ? TarArchiveOutputStream.BIGNUMBER_POSIX : TarArchiveOutputStream.BIGNUMBER_STAR);
            var file = new TarArchiveEntry(longName);
            file.setSize(5);
            file.setIds(70_000, 3_000_000);
            file.setMode(0100640);
            file.setLastModifiedTime(FileTime.from(Instant.ofEpochSecond(1_600_000_000, pax ? 123_456_700 : 0)));
            out.putArchiveEntry(file);
            out.write("12345".getBytes(UTF_8));
            out.closeArchiveEntry();
            var link = new TarArchiveEntry("s", TarConstants.LF_SYMLINK);
            link.setLinkName(longName);
            out.putArchiveEntry(link);
            out.closeArchiveEntry();
            out.finish();
        }

        Layer layer = Layer.read(bytes.toByteArray());
        assertThat(layer.text(longName)).isEqualTo("12345");
        assertThat(layer.get(longName).metadata().gid()).isEqualTo(3_000_000);
        assertThat(layer.get(longName).metadata().permissions()).isEqualTo(0640);
        int nanos = longNames == TarArchiveOutputStream.LONGFILE_POSIX ? 123_456_700 : 0;
        assertThat(layer.get(longName).metadata().mtime()).isEqualTo(new Timestamp(1_600_000_000, nanos));
        assertThat(((Symlink) layer.get("s")).target()).isEqualTo(ByteString.utf8(longName));
    }

    @ParameterizedTest
    @EnumSource(SparseFile.Format.class)
    void agreesOnSparseFiles(SparseFile.Format format) throws IOException {
        var file = new SparseFile("f", 9000);
        for (int i = 0; i < 8; i++) {
            file.part(i * 1024L, ("part " + i).repeat(100).substring(0, 512).getBytes(UTF_8));
        }
        file.part(9000, new byte[0]);
        byte[] tar = new TarBytes().add(file, format).end();
        try (var in = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
            assertThat(in.getNextEntry().getName()).isEqualTo("f");
            assertThat(Layer.read(tar).content("f")).isEqualTo(in.readAllBytes());
        }
    }

    @Test
    void agreesOnBuiltEntries() throws IOException {
        byte[] tar = new TarBytes()
                .add(TarEntry.file("x/" + "y".repeat(150), "gnu").gnuLongNames())
                .add(TarEntry.file("p", "pax").pax("path", "renamed").pax("uid", "123456789"))
                .add(TarEntry.file("b", "256")
                        .base256()
                        .format(TarEntry.Format.GNU)
                        .owner(77, 88))
                .end();
        Layer layer = Layer.read(tar);
        try (var in = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
            for (TarArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
                assertThat(layer.content(e.getName())).isEqualTo(in.readAllBytes());
                assertThat(layer.get(e.getName()).metadata().uid()).isEqualTo(e.getLongUserId());
                assertThat(layer.get(e.getName()).metadata().mtime().seconds())
                        .isEqualTo(e.getLastModifiedTime().toInstant().getEpochSecond());
            }
        }
    }
}
