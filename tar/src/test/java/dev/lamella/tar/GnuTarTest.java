package dev.lamella.tar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Extent;
import dev.lamella.filetree.Symlink;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tars as GNU tar writes them. */
@Tag("system")
class GnuTarTest {

    private static final String LONG_NAME = "d/" + "n".repeat(200);

    @TempDir
    Path directory;

    private Path tree;

    @BeforeEach
    void makeTree() throws IOException {
        tree = Files.createDirectory(directory.resolve("tree"));
        Files.createDirectory(tree.resolve("d"));
        Files.writeString(tree.resolve("d/f"), "hello");
        Files.setPosixFilePermissions(tree.resolve("d/f"), PosixFilePermissions.fromString("rw-r-----"));
        Files.setLastModifiedTime(
                tree.resolve("d/f"), FileTime.from(Instant.ofEpochSecond(1_500_000_000, 123_456_789)));
        Files.createLink(tree.resolve("h"), tree.resolve("d/f"));
        Files.createSymbolicLink(tree.resolve("s"), Path.of("d/f"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"posix", "gnu", "oldgnu", "ustar", "v7"})
    void readsEveryFormat(String format) throws Exception {
        Layer layer = tar("--format=" + format, ".");

        assertThat(layer.text("d/f")).isEqualTo("hello");
        assertThat(layer.get("h")).isSameAs(layer.get("d/f"));
        assertThat(layer.get("h").metadata().permissions()).isEqualTo(0640);
        assertThat(((Symlink) layer.get("s")).target()).isEqualTo(ByteString.utf8("d/f"));
        assertThat(layer.get("h").metadata().mtime().seconds()).isEqualTo(1_500_000_000);
        assertThat(layer.get("h").metadata().mtime().nanos()).isEqualTo(format.equals("posix") ? 123_456_789 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"posix", "gnu", "oldgnu"})
    void readsLongNames(String format) throws Exception {
        Files.writeString(tree.resolve(LONG_NAME), "long");
        Files.createSymbolicLink(tree.resolve("to-long"), Path.of(LONG_NAME));
        Layer layer = tar("--format=" + format, ".");
        assertThat(layer.text(LONG_NAME)).isEqualTo("long");
        assertThat(((Symlink) layer.get("to-long")).target()).isEqualTo(ByteString.utf8(LONG_NAME));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--format=gnu", "--sparse-version=0.0", "--sparse-version=0.1", "--sparse-version=1.0"})
    void readsSparseFiles(String option) throws Exception {
        try (var file = new RandomAccessFile(tree.resolve("sparse").toFile(), "rw")) {
            for (int i = 0; i < 40; i++) {
                file.seek(i * 65_536L);
                file.write(("part " + i).getBytes(UTF_8));
            }
            file.setLength(3_000_001);
        }
        List<String> options = new ArrayList<>(List.of("--sparse", option));
        if (!option.equals("--format=gnu")) {
            options.add("--format=posix");
        }
        options.add(".");
        Layer layer = tar(options.toArray(String[]::new));
        assertThat(layer.content("sparse")).isEqualTo(Files.readAllBytes(tree.resolve("sparse")));
        assertThat(layer.file("sparse").extents()).hasSizeGreaterThanOrEqualTo(40);
        assertThat(layer.file("sparse").extents()).allMatch(extent -> extent.source() == Extent.Source.DATA);
    }

    @Test
    void readsAttributes() throws Exception {
        Files.getFileAttributeView(tree.resolve("d/f"), UserDefinedFileAttributeView.class)
                .write("binary", ByteBuffer.wrap(new byte[] {0, '\n', '=', 1}));
        Layer layer = tar("--xattrs", "--format=posix", ".");
        assertThat(layer.get("d/f").metadata().xattrs().asMap())
                .containsEntry(ByteString.utf8("user.binary"), ByteString.of(new byte[] {0, '\n', '=', 1}));
    }

    private Layer tar(String... options) throws IOException, InterruptedException {
        Path archive = directory.resolve("layer.tar");
        var command = new ArrayList<>(List.of("tar", "-C", tree.toString(), "-cf", archive.toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("GNU tar ends in time")
                .isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(directory.resolve("output")))
                .isZero();
        return Layer.read(Files.readAllBytes(archive));
    }
}
