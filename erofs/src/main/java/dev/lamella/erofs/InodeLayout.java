package dev.lamella.erofs;

/** Where an inode's data is. The compressed layouts, 1 and 3, are not here. */
enum InodeLayout {
    /** Consecutive blocks. */
    FLAT_PLAIN(0),
    /** Consecutive blocks, and what does not fill a block right behind the inode. */
    FLAT_INLINE(2),
    /** Equal chunks, each with an address of its own, behind the inode. */
    CHUNK_BASED(4);

    private static final int FORMAT_SHIFT = 1;

    /** The bit of an inode's format that says it is the 64-byte form. */
    static final int EXTENDED = 1;

    final int code;

    InodeLayout(int code) {
        this.code = code;
    }

    /** The format field of an extended inode. */
    int extendedFormat() {
        return (code << FORMAT_SHIFT) | EXTENDED;
    }
}
