package dev.lamella.fuse.examples;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The content of files, and many programs at a time. */
class PosixContentTest extends PosixSuite {

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Path file = file("a", "hello");
        assertThat(file).hasContent("hello").hasSize(5);
        assertThat(scratch.resolve("host/a")).hasContent("hello");
        Files.writeString(file, "bye");
        assertThat(file).hasContent("bye");
    }

    @Test
    void anUnlinkedFileLivesAsLongAsItIsOpen() throws IOException {
        Path file = file("a", "before");
        try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
            Files.delete(file);
            assertThat(file).doesNotExist();
            assertThat(root).isEmptyDirectory();
            channel.write(bytes(" and after"), 6);
            var read = ByteBuffer.allocate(100);
            channel.read(read, 0);
            assertThat(new String(read.array(), 0, read.position(), StandardCharsets.UTF_8))
                    .isEqualTo("before and after");
            channel.truncate(3);
            assertThat(channel.size()).isEqualTo(3);
            file("a", "another");
            assertThat(channel.size()).isEqualTo(3);
        }
        assertThat(file).hasContent("another");
    }

    @Test
    void truncatingShortensAndExtendsWithZeros() throws IOException {
        Path file = file("a", "hello");
        try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
            channel.truncate(2);
            assertThat(file).hasContent("he").hasSize(2);
            channel.write(bytes("!"), 5);
            assertThat(Files.readAllBytes(file)).containsExactly('h', 'e', 0, 0, 0, '!');
        }
        FileChannel.open(file, WRITE, TRUNCATE_EXISTING).close();
        assertThat(file).hasSize(0);
    }

    @Test
    void appendingGoesToTheEndWhoeverWroteBefore() throws IOException {
        Path file = file("a", "1");
        try (FileChannel one = FileChannel.open(file, APPEND);
                FileChannel two = FileChannel.open(file, APPEND)) {
            one.write(bytes("2"));
            two.write(bytes("3"));
            one.write(bytes("4"));
        }
        assertThat(file).hasContent("1234");
    }

    @Test
    void mappedMemoryIsTheFile() throws Exception {
        Path file = file("a", "x".repeat(10_000));
        try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
            var map = channel.map(FileChannel.MapMode.READ_WRITE, 0, 10_000);
            map.put(5_000, (byte) 'y');
            map.force();
            assertThat(Files.readAllBytes(file)[5_000]).isEqualTo((byte) 'y');
            channel.write(bytes("z"), 5_001);
            assertThat(map.get(5_001)).isEqualTo((byte) 'z');
        }
    }

    @Test
    void spaceIsReservedAndPunched() throws Exception {
        Path file = file("a", "x".repeat(16_384));
        assertThat(Served.fallocate(file, 0, 0, 100_000)).isZero();
        assertThat(file).hasSize(100_000);
        assertThat(Served.fallocate(file, 3, 4096, 4096)).isZero(); // PUNCH_HOLE | KEEP_SIZE
        byte[] content = Files.readAllBytes(file);
        assertThat(content).hasSize(100_000);
        assertThat(content[4095]).isEqualTo((byte) 'x');
        assertThat(content[4096]).isZero();
        assertThat(content[8191]).isZero();
        assertThat(content[8192]).isEqualTo((byte) 'x');
    }

    @Test
    void holesAreFound() throws Exception {
        Path file = root.resolve("sparse");
        try (FileChannel channel = FileChannel.open(file, CREATE_NEW, WRITE)) {
            channel.write(bytes("x"), 10 << 20);
        }
        assertThat(file).hasSize((10 << 20) + 1);
        assertThat(Served.seek(file, 0, 3)).isEqualTo(10 << 20); // SEEK_DATA
        assertThat(Served.seek(file, 0, 4)).isZero(); // SEEK_HOLE
        assertThat(Served.seek(file, 11 << 20, 3)).isEqualTo(-6); // ENXIO
        assertThat(((Number) Files.getAttribute(file, "size")).longValue()).isEqualTo((10 << 20) + 1);
    }

    @Test
    void rangesAreCopied() throws Exception {
        byte[] content = new byte[3_000_000];
        new Random(7).nextBytes(content);
        Path from = Files.write(root.resolve("from"), content);
        Path to = Files.createFile(root.resolve("to"));
        assertThat(Served.copyRange(from, to, 3_000_000)).isEqualTo(3_000_000);
        assertThat(Files.readAllBytes(to)).isEqualTo(content);
    }

    @Test
    void filesOfManyGigabytes() throws IOException {
        long offset = 5L << 30;
        Path file = root.resolve("large");
        try (FileChannel channel = FileChannel.open(file, CREATE_NEW, READ, WRITE)) {
            channel.write(bytes("end"), offset);
            var read = ByteBuffer.allocate(3);
            channel.read(read, offset);
            assertThat(read.array()).isEqualTo("end".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(file).hasSize(offset + 3);
    }

    @Test
    void largeTransfersAtOddPlaces() throws IOException {
        byte[] content = new byte[5_000_001];
        new Random(3).nextBytes(content);
        Path file = Files.write(root.resolve("a"), content);
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
        try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
            var part = ByteBuffer.allocate(2_000_003);
            channel.read(part, 1_234_567);
            assertThat(part.array()).isEqualTo(Arrays.copyOfRange(content, 1_234_567, 3_234_570));
            channel.write(ByteBuffer.wrap(content, 0, 1_111_111), 777);
        }
        byte[] changed = content.clone();
        System.arraycopy(content, 0, changed, 777, 1_111_111);
        assertThat(Files.readAllBytes(file)).isEqualTo(changed);
        assertThat(Files.readAllBytes(scratch.resolve("host/a"))).isEqualTo(changed);
    }

    @Test
    void locksKeepOthersOut() throws Exception {
        Path file = file("a", "x");
        try (FileChannel channel = FileChannel.open(file, READ, WRITE);
                var _ = channel.lock(0, 10, false)) {
            assertThat(Served.as(0, "flock", "-n", file.toString(), "true")).isEqualTo(0); // another kind of lock
            assertThat(Served.lockable(file, 0)).isFalse();
            assertThat(Served.lockable(file, 10)).isTrue();
        }
        assertThat(Served.lockable(file, 0)).isTrue();
        assertThat(Served.as(0, "flock", "-n", file.toString(), "flock", "-n", file.toString(), "true"))
                .isNotEqualTo(0);
    }

    @Test
    void theFileSystemSaysHowFullItIs() throws IOException {
        var host = Files.getFileStore(scratch.resolve("host"));
        var here = Files.getFileStore(root);
        assertThat(here.getTotalSpace()).isEqualTo(host.getTotalSpace());
        assertThat(here.getUsableSpace()).isPositive().isLessThanOrEqualTo(here.getUnallocatedSpace());
        assertThat(here.getBlockSize()).isEqualTo(host.getBlockSize());
    }

    @Test
    void syncingWorks() throws Exception {
        Path file = file("a", "x");
        try (FileChannel channel = FileChannel.open(file, WRITE)) {
            channel.force(false);
            channel.force(true);
        }
        assertThat(Served.as(0, "sync", root.toString())).isEqualTo(0);
        assertThat(Served.as(0, "sync", "-f", root.toString())).isEqualTo(0);
    }

    @Test
    void aTreeIsCopiedByPrograms() throws Exception {
        Path source = Path.of("src").toAbsolutePath(); // of this module
        assertThat(Served.as(
                        0, "cp", "-a", source.toString(), root.resolve("copy").toString()))
                .isEqualTo(0);
        assertThat(Served.as(
                        0, "diff", "-r", source.toString(), root.resolve("copy").toString()))
                .isEqualTo(0);
        assertThat(Served.as(0, "rm", "-r", root.resolve("copy").toString())).isEqualTo(0);
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void manyProgramsWorkAtATime() throws Exception {
        Map<String, Integer> codes = Served.inParallel(
                8,
                number -> "for i in $(seq 50); do echo %d-$i > %s/f-%d-$i && mv %s/f-%d-$i %s/g-%d-$i; done"
                        .formatted(number, root, number, root, number, root, number));
        assertThat(Set.copyOf(codes.values())).containsExactly(0);
        assertThat(Served.list(root)).hasSize(400).allMatch(name -> name.startsWith("g-"));
        assertThat(root.resolve("g-3-17")).hasContent("3-17");
    }
}
