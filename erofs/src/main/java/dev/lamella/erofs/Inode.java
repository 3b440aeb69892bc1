package dev.lamella.erofs;

import dev.lamella.filetree.Timestamp;

/**
 * An inode as it lies in an image.
 *
 * @param nid its number
 * @param offset its place
 * @param layout where its data is
 * @param type its file type
 * @param permissions the lower twelve bits of its mode
 * @param size size in bytes
 * @param union block address, device number or chunk format
 * @param uid owner
 * @param gid group
 * @param mtime modification time
 * @param links number of names
 * @param fixedBytes 32 or 64, the size without attributes
 * @param xattrBytes size of the attribute area behind that
 */
record Inode(
        long nid,
        long offset,
        InodeLayout layout,
        FileType type,
        int permissions,
        long size,
        int union,
        long uid,
        long gid,
        Timestamp mtime,
        long links,
        int fixedBytes,
        int xattrBytes) {

    /** Where the attribute area begins. */
    long xattrOffset() {
        return offset + fixedBytes;
    }

    /** Where data kept behind the inode begins. */
    long tailOffset() {
        return offset + fixedBytes + xattrBytes;
    }
}
