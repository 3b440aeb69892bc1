package dev.lamella.erofs;

/**
 * Hands out the bytes of an image in ascending order: inodes at multiples of 32, and whole blocks. Inodes go on filling the block
 * before a run of whole blocks and then continue behind it, so whole blocks cost no padding.
 */
final class FreeSpace {

    /** The longest data behind an inode for which there is always a place that does not cross a block's end. */
    static final int INLINE_BYTES_MAX = Block.BYTES - PlannedInode.BYTES;

    private static final int INODE_ALIGNMENT = 1 << PlannedInode.NID_BITS;

    private long cursor;
    /** Where the whole blocks begin that the cursor must jump over. */
    private long cursorLimit = Long.MAX_VALUE;
    /** End of those blocks; everything behind is free. */
    private long tail;

    FreeSpace(long offset) {
        this.cursor = offset;
    }

    /** Takes an inode's bytes: its head, data that must stay inside one block, and further bytes behind. */
    long takeInode(int headBytes, int inlineBytes, long furtherBytes) {
        long size = headBytes + inlineBytes + furtherBytes;
        long start = fit(cursor, headBytes, inlineBytes);
        if (start > cursorLimit - size) {
            start = fit(tail, headBytes, inlineBytes);
            cursorLimit = Long.MAX_VALUE;
        }
        cursor = start + size;
        return start;
    }

    /** Takes whole blocks and returns the number of the first. */
    long takeBlocks(long count) {
        if (cursorLimit == Long.MAX_VALUE) {
            cursorLimit = Block.align(cursor, Block.BYTES);
            tail = cursorLimit;
        }
        long start = tail;
        tail += Block.bytes(count);
        return start >>> Block.BITS;
    }

    /** Returns the number of blocks up to the end of all that was taken. */
    long endBlock() {
        return Block.count(cursorLimit == Long.MAX_VALUE ? cursor : tail);
    }

    private static long fit(long from, int headBytes, int inlineBytes) {
        long start = Block.align(from, INODE_ALIGNMENT);
        while (true) {
            int fixedEnd = Block.inBlock(start) + PlannedInode.BYTES;
            int inlineEnd = Block.inBlock(start + headBytes) + inlineBytes;
            if (fixedEnd > Block.BYTES) {
                start = Block.align(start, Block.BYTES);
            } else if (inlineEnd > Block.BYTES) {
                start += Block.align(Block.BYTES - Block.inBlock(start + headBytes), INODE_ALIGNMENT);
            } else {
                return start;
            }
        }
    }
}
