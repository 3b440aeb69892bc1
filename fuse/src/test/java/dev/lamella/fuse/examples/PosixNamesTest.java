package dev.lamella.fuse.examples;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names, directories, links, attributes. */
class PosixNamesTest extends PosixSuite {

    @Test
    void exclusiveCreationFailsIfThereIsSuchAFile() throws IOException {
        file("a", "x");
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() ->
                        FileChannel.open(root.resolve("a"), CREATE_NEW, WRITE).close());
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("nowhere"));
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> FileChannel.open(root.resolve("dangling"), CREATE_NEW, WRITE)
                        .close());
    }

    @Test
    void renamingReplacesAtOnce() throws IOException {
        Path a = file("a", "new");
        Path b = file("b", "old");
        try (FileChannel old = FileChannel.open(b, READ)) {
            Files.move(a, b, StandardCopyOption.ATOMIC_MOVE);
            assertThat(a).doesNotExist();
            assertThat(b).hasContent("new");
            var read = ByteBuffer.allocate(3);
            old.read(read, 0);
            assertThat(read.array()).isEqualTo("old".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void directoriesAreRenamedWithWhatIsInThem() throws IOException {
        Path from = Files.createDirectories(root.resolve("d/e"));
        Files.writeString(from.resolve("f"), "x");
        Files.createDirectory(root.resolve("empty"));
        Files.move(root.resolve("d"), root.resolve("empty"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(root.resolve("empty/e/f")).hasContent("x");
        Files.createDirectories(root.resolve("full/x"));
        assertThat(reason(
                        () -> Files.move(root.resolve("empty"), root.resolve("full"), StandardCopyOption.ATOMIC_MOVE)))
                .isEqualTo("Directory not empty");
        assertThat(reason(() ->
                        Files.move(root.resolve("full"), root.resolve("full/x/y"), StandardCopyOption.ATOMIC_MOVE)))
                .isEqualTo("Invalid argument");
    }

    @Test
    void renamingWithFlags() throws Exception {
        Path a = file("a", "A");
        Path b = file("b", "B");
        assertThat(Served.rename(a, b, 1)).isEqualTo(-17); // RENAME_NOREPLACE: EEXIST
        assertThat(Served.rename(a, b, 2)).isZero(); // RENAME_EXCHANGE
        assertThat(a).hasContent("B");
        assertThat(b).hasContent("A");
    }

    @Test
    void hardLinksAreOneFile() throws IOException {
        Path a = file("a", "x");
        Path b = Files.createLink(root.resolve("b"), a);
        assertThat(Files.getAttribute(a, "unix:nlink")).isEqualTo(2);
        assertThat(Files.getAttribute(a, "unix:ino")).isEqualTo(Files.getAttribute(b, "unix:ino"));
        Files.writeString(b, "changed");
        assertThat(a).hasContent("changed");
        Files.delete(a);
        assertThat(Files.getAttribute(b, "unix:nlink")).isEqualTo(1);
        Files.createDirectory(root.resolve("d"));
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> Files.createLink(root.resolve("e"), root.resolve("d")));
    }

    @Test
    void symbolicLinks() throws IOException {
        Path target = file("a", "x");
        Path link = Files.createSymbolicLink(root.resolve("l"), Path.of("a"));
        assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("a"));
        assertThat(link).hasContent("x");
        Files.delete(target);
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.readString(link));
        String longest = "t".repeat(250) + "/" + "t".repeat(250);
        Files.createSymbolicLink(root.resolve("long"), Path.of(longest));
        assertThat(Files.readSymbolicLink(root.resolve("long"))).hasToString(longest);
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
        assertThat(reason(() -> Files.readString(root.resolve("loop")))).contains("Too many levels of symbolic links");
        assertThatExceptionOfType(NotLinkException.class).isThrownBy(() -> Files.readSymbolicLink(root));
    }

    @Test
    void namesHaveALimitAndNoEncoding() throws Exception {
        Files.writeString(root.resolve("n".repeat(255)), "x");
        assertThat(reason(() -> Files.writeString(root.resolve("n".repeat(256)), "x")))
                .isEqualTo("File name too long");
        Files.writeString(root.resolve("a 'q' \n"), "y");
        assertThat(root.resolve("a 'q' \n")).hasContent("y");
        // In Latin 1, which is no UTF-8.
        String write = "cd " + root + " && printf x > \"$(printf 'gr\\374n')\"";
        assertThat(Served.as(0, "sh", "-c", write)).isZero();
        assertThat(Served.list(root)).hasSize(3).contains("gr\ufffdn");
    }

    @Test
    void directoriesMustBeEmptyToBeRemoved() throws IOException {
        Path directory = Files.createDirectories(root.resolve("d/e"));
        assertThatExceptionOfType(DirectoryNotEmptyException.class).isThrownBy(() -> Files.delete(root.resolve("d")));
        Files.delete(directory);
        Files.delete(root.resolve("d"));
        assertThat(root).isEmptyDirectory();
        file("a", "x");
        assertThat(reason(() -> Files.writeString(root.resolve("a/b"), "x"))).isEqualTo("Not a directory");
        assertThatExceptionOfType(NotDirectoryException.class)
                .isThrownBy(() -> Files.list(root.resolve("a")).close());
    }

    @Test
    void directoriesCountTheirSubdirectories() throws IOException {
        int before = (int) Files.getAttribute(root, "unix:nlink");
        Files.createDirectory(root.resolve("d"));
        assertThat(Files.getAttribute(root, "unix:nlink")).isEqualTo(before + 1);
        Files.delete(root.resolve("d"));
        assertThat(Files.getAttribute(root, "unix:nlink")).isEqualTo(before);
    }

    @Test
    void extendedAttributes() throws Exception {
        Path file = file("a", "x");
        assertThat(Served.xattr(file, "user.none")).isEqualTo(-61); // ENODATA
        for (int size : new int[] {1, 255, 3000}) {
            byte[] value = new byte[size];
            Arrays.fill(value, (byte) size);
            Served.setXattr(file, "user.x", value, 0);
            assertThat(Served.xattrValue(file, "user.x")).isEqualTo(value);
        }
        assertThat(Served.setXattr(file, "user.x", new byte[1], 1)).isEqualTo(-17); // XATTR_CREATE: EEXIST
        assertThat(Served.setXattr(file, "user.y", new byte[1], 2)).isEqualTo(-61); // XATTR_REPLACE: ENODATA
        assertThat(Served.setXattr(file, "trusted.t", new byte[] {7}, 0)).isZero();
        assertThat(Served.xattrNames(file)).contains("user.x", "trusted.t");
        assertThat(Served.removeXattr(file, "user.x")).isZero();
        assertThat(Served.removeXattr(file, "user.x")).isEqualTo(-61);
        assertThat(Served.xattrNames(file)).doesNotContain("user.x");
    }

    @Test
    void aListingOfTenThousandHasEachNameOnce() throws Exception {
        var names = new TreeSet<String>();
        for (int i = 0; i < 10_000; i++) {
            String name = "file-with-a-longer-name-" + i;
            Files.createFile(root.resolve(name));
            names.add(name);
        }
        assertThat(Served.list(root)).containsExactlyInAnyOrderElementsOf(names);
        assertThat(Served.listBySeeking(root)).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void aListingSurvivesChanges() throws IOException {
        for (int i = 0; i < 2_000; i++) {
            Files.createFile(root.resolve("n" + i));
        }
        var seen = new TreeSet<String>();
        try (Stream<Path> listing = Files.list(root)) {
            listing.forEach(path -> {
                assertThat(seen.add(path.getFileName().toString())).isTrue();
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        }
        assertThat(seen).hasSize(2_000);
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void timesHaveNanoseconds() throws IOException {
        Path file = file("a", "x");
        Instant modified = Instant.ofEpochSecond(1_234_567_890L, 123_456_789);
        Instant accessed = Instant.ofEpochSecond(5, 999_999_999);
        Files.setAttribute(file, "lastModifiedTime", FileTime.from(modified));
        Files.setAttribute(file, "lastAccessTime", FileTime.from(accessed));
        assertThat(((FileTime) Files.getAttribute(file, "lastModifiedTime")).toInstant())
                .isEqualTo(modified);
        assertThat(((FileTime) Files.getAttribute(file, "lastAccessTime")).toInstant())
                .isEqualTo(accessed);
        Instant before = Instant.now().minusSeconds(1);
        Files.writeString(file, "y");
        assertThat(Files.getLastModifiedTime(file).toInstant())
                .isBetween(before, Instant.now().plusSeconds(1));
    }

    @Test
    void permissionsAndOwners() throws Exception {
        Path file = file("a", "x");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Files.setAttribute(file, "unix:uid", 1234);
        Files.setAttribute(file, "unix:gid", 4321);
        assertThat((int) Files.getAttribute(file, "unix:mode") & 07777).isEqualTo(0640);
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(1234);
        assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(4321);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(Served.as(1234, "cat", file.toString())).isEqualTo(0);
        assertThat(Served.as(5678, "cat", file.toString())).isNotEqualTo(0);
        assertThat(Served.as(5678, "touch", root.resolve("b").toString())).isNotEqualTo(0);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(Served.as(5678, "touch", root.resolve("b").toString())).isEqualTo(0);
        assertThat(Files.getAttribute(root.resolve("b"), "unix:uid")).isEqualTo(5678);
        assertThat(Served.as(5678, "sh", "-c", "umask 077; mkdir " + root.resolve("d")))
                .isEqualTo(0);
        assertThat((int) Files.getAttribute(root.resolve("d"), "unix:mode") & 07777)
                .isEqualTo(0700);
    }

    @Test
    void setUserIdGoesWithAWrite() throws Exception {
        Path file = file("a", "x");
        Files.setAttribute(file, "unix:mode", 04777);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat((int) Files.getAttribute(file, "unix:mode") & 07777).isEqualTo(04777);
        assertThat(Served.as(5678, "sh", "-c", "echo y >> " + file)).isEqualTo(0);
        Thread.sleep(1_100); // Where the file system takes the bit away, the kernel may believe for a second that it is
        // there.
        assertThat((int) Files.getAttribute(file, "unix:mode") & 07777).isEqualTo(0777);
    }

    @Test
    void specialFiles() throws Exception {
        assertThat(Served.mknod(root.resolve("pipe"), 0010644, 0)).isZero();
        assertThat(Served.mknod(root.resolve("null"), 0020644, 0x103)).isZero();
        assertThat((int) Files.getAttribute(root.resolve("pipe"), "unix:mode")).isEqualTo(0010644);
        assertThat((int) Files.getAttribute(root.resolve("null"), "unix:mode")).isEqualTo(0020644);
        assertThat(Files.getAttribute(root.resolve("null"), "unix:rdev")).isEqualTo(0x103L);
        assertThat(Served.as(0, "sh", "-c", "cd %s; echo through > pipe & cat %s/pipe".formatted(root, root)))
                .isEqualTo(0);
    }

    @Test
    void otherFileSystemsAreOtherFileSystems() throws IOException {
        Path file = file("a", "x");
        Path outside = scratch.resolve("outside");
        if (way == Served.Way.HOST) {
            Files.move(file, outside, StandardCopyOption.ATOMIC_MOVE);
            assertThat(outside).exists();
        } else {
            assertThatExceptionOfType(AtomicMoveNotSupportedException.class)
                    .isThrownBy(() -> Files.move(file, outside, StandardCopyOption.ATOMIC_MOVE));
        }
    }
}
