package dev.lamella.tar;

import java.util.Arrays;

/** Which parts of a file are in the tar, one after the other; the rest are holes. */
final class SparseMap {

    private final long sizeBytes;
    private long[] offsets = new long[8];
    private long[] lengths = new long[8];
    private int count;
    private long dataBytes;

    SparseMap(long sizeBytes) {
        this.sizeBytes = sizeBytes;
    }

    /** Adds a part behind those before it. */
    void add(long offset, long length, EntryPosition where) throws TarFormatException {
        long end = count == 0 ? 0 : offsets[count - 1] + lengths[count - 1];
        if (offset < end || length < 0 || offset > sizeBytes || length > sizeBytes - offset) {
            throw where.malformed("sparse part %d (offset %d, length %d) is out of order or beyond the file's size %d"
                    .formatted(count, offset, length, sizeBytes));
        }
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, count * 2);
            lengths = Arrays.copyOf(lengths, count * 2);
        }
        offsets[count] = offset;
        lengths[count++] = length;
        dataBytes += length;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    int count() {
        return count;
    }

    long offset(int part) {
        return offsets[part];
    }

    long length(int part) {
        return lengths[part];
    }

    long dataBytes() {
        return dataBytes;
    }
}
