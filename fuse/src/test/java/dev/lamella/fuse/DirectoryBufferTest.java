package dev.lamella.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DirectoryBufferTest {

    private final MemorySegment memory = Arena.ofAuto().allocate(400, 8).fill((byte) 0xee);

    private byte[] written(DirectoryBuffer buffer) {
        return memory.asSlice(0, buffer.length()).toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void namesOnly() {
        var buffer = new DirectoryBuffer(memory, false);
        assertThat(buffer.add(Name.of("abc"), 7, 9, 0040755)).isTrue();
        assertThat(buffer.add(Name.of("12345678"), 8, Entry.of(3, Attributes.file(10, 0644, 0), 0)))
                .isTrue();
        assertThat(written(buffer)).isEqualTo(Dump.bytes("""
                09 00 00 00 00 00 00 00  # ino
                07 00 00 00 00 00 00 00  # off
                03 00 00 00              # namelen
                04 00 00 00              # type DT_DIR
                61 62 63 00 00 00 00 00  # name, padded
                0a 00 00 00 00 00 00 00  # ino
                08 00 00 00 00 00 00 00  # off
                08 00 00 00              # namelen
                08 00 00 00              # type DT_REG
                31 32 33 34 35 36 37 38  # name
                """));
    }

    @Test
    void entriesWithTheirAttributes() {
        var buffer = new DirectoryBuffer(memory, true);
        Entry entry = Entry.of(3, Attributes.file(10, 0644, 5), 1_000_000_000);
        assertThat(buffer.add(Name.of("."), 1, 1, 0040755)).isTrue();
        assertThat(buffer.add(Name.of("abc"), 2, entry)).isTrue();
        byte[] bytes = written(buffer);
        assertThat(bytes).hasSize(2 * (128 + 24 + 8));
        MemorySegment expected = Arena.ofAuto().allocate(128);
        assertThat(bytes).startsWith(expected.toArray(ValueLayout.JAVA_BYTE)); // nodeid 0: no lookup
        entry.write(expected, 0);
        assertThat(Arrays.copyOfRange(bytes, 160, 288)).isEqualTo(expected.toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void whatDoesNotFitLeavesNothingBehind() {
        var buffer = new DirectoryBuffer(memory.asSlice(0, 31), false);
        assertThat(buffer.add(Name.of("a"), 1, 1, 0)).isFalse();
        assertThat(buffer.length()).isZero();
        assertThat(memory.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 0xee);
    }

    @Test
    void lookupsOfALostAnswerAreTakenBack() {
        var buffer = new DirectoryBuffer(memory, true);
        buffer.add(Name.of("."), 1, 1, 0040755);
        buffer.add(Name.of("abc"), 2, Entry.of(3, Attributes.file(10, 0644, 5), 0));
        var forgotten = new ArrayList<Long>();
        buffer.forgetAll(new EmptyFileSystem() {
            @Override
            public void forget(long nodeId, long lookups) {
                forgotten.add(nodeId);
            }
        });
        assertThat(forgotten).containsExactly(3L);
    }
}
