package dev.lamella.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorTest {

    @TempDir
    Path directory;

    @Test
    void readsAndWritesInPieces() throws IOException {
        Path path = Files.writeString(directory.resolve("a"), "");
        try (Arena arena = Arena.ofConfined();
                Descriptor file = Descriptor.device(path)) {
            MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_BYTE, new byte[] {1, 2, 3});
            MemorySegment two = arena.allocateFrom(ValueLayout.JAVA_BYTE, new byte[] {4, 5});
            MemorySegment vector = arena.allocate(ValueLayout.JAVA_LONG, 4);
            vector.setAtIndex(ValueLayout.JAVA_LONG, 0, one.address());
            vector.setAtIndex(ValueLayout.JAVA_LONG, 1, 3);
            vector.setAtIndex(ValueLayout.JAVA_LONG, 2, two.address());
            vector.setAtIndex(ValueLayout.JAVA_LONG, 3, 2);
            assertThat(file.write(vector, 2)).isEqualTo(5);
            assertThat(file.write(one)).isEqualTo(3);
            assertThat(Files.readAllBytes(path)).containsExactly(1, 2, 3, 4, 5, 1, 2, 3);
            assertThat(file.read(arena.allocate(10))).isZero();
        }
        try (Arena arena = Arena.ofConfined();
                Descriptor file = Descriptor.device(path)) {
            MemorySegment target = arena.allocate(3);
            assertThat(file.read(target)).isEqualTo(3);
            assertThat(target.toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 2, 3);
        }
    }

    @Test
    void duplicatesShareTheirPosition() throws IOException {
        Path path = Files.writeString(directory.resolve("a"), "abc");
        try (Arena arena = Arena.ofConfined();
                Descriptor file = Descriptor.device(path);
                Descriptor same = file.duplicate()) {
            assertThat(same.number()).isNotEqualTo(file.number());
            MemorySegment target = arena.allocate(1);
            file.read(target);
            same.read(target);
            assertThat(target.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 'b');
        }
    }

    @Test
    void errorsAreResults() throws Exception {
        Descriptor file = Descriptor.device(Files.writeString(directory.resolve("a"), ""));
        file.close();
        file.close();
        MemorySegment memory = Arena.ofAuto().allocate(1);
        assertThat(file.read(memory)).isEqualTo(-Errno.EBADF);
        var fromVirtual = new long[1];
        Thread.ofVirtual().start(() -> fromVirtual[0] = file.write(memory)).join();
        assertThat(fromVirtual).containsExactly(-Errno.EBADF);
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Descriptor.device(directory.resolve("none")).close())
                .matches(e -> e.errno() == Errno.ENOENT);
    }

    @Test
    void pagesAreZeroAndAligned() throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pages = Pages.map(arena, 3 * Pages.BYTES);
            assertThat(pages.byteSize()).isEqualTo(3L * Pages.BYTES);
            assertThat(pages.address() % Pages.BYTES).isZero();
            assertThat(pages.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
            pages.fill((byte) 1);
        }
    }
}
