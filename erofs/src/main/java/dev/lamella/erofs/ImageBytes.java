package dev.lamella.erofs;

import dev.lamella.erofs.ErofsFormatException.Problem;
import dev.lamella.filetree.ByteString;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** An image's bytes, little-endian, with every access checked. */
final class ImageBytes {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment segment;

    /** What structures may still take: as none share bytes, they are together not larger than the image. */
    private long bytesLeft;

    ImageBytes(MemorySegment segment) {
        this.segment = segment;
        this.bytesLeft = segment.byteSize();
    }

    long size() {
        return segment.byteSize();
    }

    int u8(long offset) throws ErofsFormatException {
        require(offset, Byte.BYTES, "a byte");
        return segment.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
    }

    int u16(long offset) throws ErofsFormatException {
        require(offset, Short.BYTES, "a 16-bit number");
        return segment.get(SHORT, offset) & 0xffff;
    }

    int s32(long offset) throws ErofsFormatException {
        require(offset, Integer.BYTES, "a 32-bit number");
        return segment.get(INT, offset);
    }

    long u32(long offset) throws ErofsFormatException {
        return s32(offset) & 0xffff_ffffL;
    }

    long s64(long offset) throws ErofsFormatException {
        require(offset, Long.BYTES, "a 64-bit number");
        return segment.get(LONG, offset);
    }

    byte[] bytes(long offset, int count) throws ErofsFormatException {
        if (!contains(offset, count)) { // asked here, as a text for each name takes longer than all the rest of a scan
            throw outside(offset, count + " bytes");
        }
        var copy = new byte[count];
        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, copy, 0, count);
        return copy;
    }

    ByteString string(long offset, int count) throws ErofsFormatException {
        return ByteString.of(bytes(offset, count));
    }

    /** Checks that a structure lies inside the image. */
    void require(long offset, long count, String what) throws ErofsFormatException {
        if (!contains(offset, count)) {
            throw outside(offset, what);
        }
    }

    private boolean contains(long offset, long count) {
        return offset >= 0 && count >= 0 && offset <= size() - count;
    }

    private ErofsFormatException outside(long offset, String what) {
        return new ErofsFormatException(
                Problem.TRUNCATED,
                offset,
                "expected %s, but the image has %d bytes; copy it again".formatted(what, size()));
    }

    /** Checks that a structure lies inside the image and counts its bytes. */
    void take(long offset, long count, String what) throws ErofsFormatException {
        require(offset, count, what);
        bytesLeft -= count;
        if (bytesLeft < 0) {
            throw new ErofsFormatException(
                    Problem.STRUCTURES_OVERLAP,
                    offset,
                    "with %s, the structures are larger than the image's %d bytes, so some overlap"
                            .formatted(what, size()));
        }
    }
}
