package dev.lamella.erofs;

/** Arithmetic of the 512-byte blocks that images are written in: a tar's unit, so that content can be used where it lies. */
final class Block {

    static final int BITS = 9;
    static final int BYTES = 1 << BITS;

    /** Block addresses have 32 bits, and the greatest one means a hole. */
    static final long ADDRESSES_MAX = 0xffff_ffffL;

    private Block() {}

    /** Returns how many blocks hold so many bytes. */
    static long count(long sizeBytes) {
        return (sizeBytes >>> BITS) + (inBlock(sizeBytes) == 0 ? 0 : 1);
    }

    /** Returns how far an offset is from the begin of its block. */
    static int inBlock(long offset) {
        return (int) (offset & (BYTES - 1));
    }

    /** Returns the size of so many blocks. */
    static long bytes(long blocks) {
        return blocks << BITS;
    }

    /** Returns the least multiple of a power of two that is not less than the value. */
    static long align(long value, int powerOfTwo) {
        return (value + powerOfTwo - 1) & -powerOfTwo;
    }
}
