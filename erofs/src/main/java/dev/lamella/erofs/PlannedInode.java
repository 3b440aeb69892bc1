package dev.lamella.erofs;

import dev.lamella.filetree.Node;

/** An inode on its way into an image: its node and, step by step, its place. */
final class PlannedInode {

    static final int BYTES = 64;
    static final int NID_BITS = 5;

    final Node node;
    /** The directory it is in, for directories; the root is in itself. Others may be in several, and this is the first. */
    final PlannedInode parent;

    final int depth;

    int number;
    int links;

    long offset;
    InodeLayout layout = InodeLayout.FLAT_PLAIN;
    long sizeBytes;
    int xattrBytes;
    /** The first of its whole blocks; for a regular file, counted from the first block of the image that is content. */
    long firstBlock;

    /** For directories: which inodes, by index, are placed with it. */
    int childrenFrom;

    int childrenTo;

    PlannedInode(Node node) {
        this.node = node;
        this.parent = this;
        this.depth = 0;
    }

    PlannedInode(Node node, PlannedInode parent) {
        this.node = node;
        this.parent = parent;
        this.depth = parent.depth + 1;
    }

    long nid() {
        return offset >>> NID_BITS;
    }

    /** Whole blocks of a directory or symbolic link. */
    long flatBlocks() {
        return layout == InodeLayout.FLAT_INLINE ? sizeBytes >>> Block.BITS : Block.count(sizeBytes);
    }

    /** Bytes of a directory or symbolic link kept right behind the inode. */
    int inlineBytes() {
        return layout == InodeLayout.FLAT_INLINE ? Block.inBlock(sizeBytes) : 0;
    }

    /** Bytes from the inode's begin to what follows its attributes. */
    int headBytes() {
        return BYTES + xattrBytes;
    }
}
