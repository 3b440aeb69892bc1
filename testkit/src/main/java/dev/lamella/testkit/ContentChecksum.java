package dev.lamella.testkit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;

/**
 * A checksum of a file's content. Zeros at the end do not count, as the size says how many there are: so a hole of
 * gigabytes there costs nothing, and a copy that lacks it differs in size alone.
 */
final class ContentChecksum {

    private static final int PART_BYTES = 1 << 20;
    private static final byte[] ZEROS = new byte[1 << 16];

    private final CRC32C crc = new CRC32C();
    private long zerosPending;

    /** Adds a hole. */
    void zeros(long count) {
        zerosPending += count;
    }

    void update(MemorySegment bytes) {
        for (long at = 0; at < bytes.byteSize(); at += PART_BYTES) {
            updatePart(bytes.asSlice(at, Math.min(PART_BYTES, bytes.byteSize() - at)));
        }
    }

    private void updatePart(MemorySegment part) {
        long end = part.byteSize();
        while (end > 0 && part.get(ValueLayout.JAVA_BYTE, end - 1) == 0) {
            end--;
        }
        if (end > 0) {
            for (; zerosPending > 0; zerosPending -= Math.min(zerosPending, ZEROS.length)) {
                crc.update(ZEROS, 0, (int) Math.min(zerosPending, ZEROS.length));
            }
            crc.update(part.asSlice(0, end).asByteBuffer());
        }
        zerosPending += part.byteSize() - end;
    }

    @Override
    public String toString() {
        return "crc32c %08x".formatted((int) crc.getValue());
    }
}
