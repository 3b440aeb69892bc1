package dev.lamella.erofs;

import dev.lamella.erofs.ErofsFormatException.Problem;
import dev.lamella.filetree.Timestamp;

/** Reads and checks inodes of both sizes. */
final class InodeReader {

    private static final int COMPACT_BYTES = 32;
    private static final int FORMAT_KNOWN = 0xf;
    private static final int PERMISSIONS = 07777;
    private static final int UNION_AT = 16;

    private final ImageBytes bytes;
    private final Superblock superblock;

    InodeReader(ImageBytes bytes, Superblock superblock) {
        this.bytes = bytes;
        this.superblock = superblock;
    }

    long offsetOf(long nid) throws ErofsFormatException {
        long base = superblock.metaBlock() << superblock.blockBits();
        long last = (bytes.size() - COMPACT_BYTES - base) >> PlannedInode.NID_BITS;
        long offset = base + (nid << PlannedInode.NID_BITS);
        if (nid < 0 || nid > last || offset < Superblock.OFFSET + Superblock.BYTES) {
            throw new ErofsFormatException(
                    Problem.NID_OUTSIDE,
                    base,
                    "inode number %s is outside the image, which ends at number %d"
                            .formatted(Long.toUnsignedString(nid), last));
        }
        return offset;
    }

    Inode read(long nid) throws ErofsFormatException {
        long offset = offsetOf(nid);
        int format = bytes.u16(offset);
        InodeLayout layout = layout(offset, format);
        boolean extended = (format & InodeLayout.EXTENDED) != 0;
        int fixedBytes = extended ? PlannedInode.BYTES : COMPACT_BYTES;
        int xattrCount = bytes.u16(offset + 2);
        int xattrBytes = xattrCount == 0 ? 0 : XattrTable.HEADER_BYTES + (xattrCount - 1) * 4;
        bytes.take(
                offset, (long) fixedBytes + xattrBytes, "an inode with %d bytes of attributes".formatted(xattrBytes));
        int mode = bytes.u16(offset + 4);
        FileType type = FileType.ofMode(mode)
                .orElseThrow(() -> new ErofsFormatException(
                        Problem.BAD_MODE, offset + 4, "mode 0%o has no known file type".formatted(mode)));
        Inode inode = extended
                ? new Inode(
                        nid,
                        offset,
                        layout,
                        type,
                        mode & PERMISSIONS,
                        bytes.s64(offset + 8),
                        bytes.s32(offset + UNION_AT),
                        bytes.u32(offset + 24),
                        bytes.u32(offset + 28),
                        time(offset),
                        bytes.u32(offset + 44),
                        fixedBytes,
                        xattrBytes)
                : new Inode(
                        nid,
                        offset,
                        layout,
                        type,
                        mode & PERMISSIONS,
                        bytes.u32(offset + 8),
                        bytes.s32(offset + UNION_AT),
                        bytes.u16(offset + 24),
                        bytes.u16(offset + 26),
                        superblock.buildTime(),
                        bytes.u16(offset + 6),
                        fixedBytes,
                        xattrBytes);
        checkReserved(inode, extended);
        checkShape(inode);
        return inode;
    }

    private InodeLayout layout(long offset, int format) throws ErofsFormatException {
        if ((format & ~FORMAT_KNOWN) == 0) {
            for (InodeLayout layout : InodeLayout.values()) {
                if (layout.extendedFormat() == (format | InodeLayout.EXTENDED)) {
                    return layout;
                }
            }
        }
        throw new ErofsFormatException(
                Problem.BAD_INODE, offset, "inode format 0x%x is unknown, or compressed".formatted(format));
    }

    private Timestamp time(long offset) throws ErofsFormatException {
        long nanos = bytes.u32(offset + 40);
        if (nanos > 999_999_999) {
            throw new ErofsFormatException(Problem.BAD_TIME, offset + 40, "%d nanoseconds".formatted(nanos));
        }
        return new Timestamp(bytes.s64(offset + 32), (int) nanos);
    }

    private void checkReserved(Inode inode, boolean extended) throws ErofsFormatException {
        int at = extended ? 6 : 12;
        int reserved = extended ? bytes.u16(inode.offset() + at) : bytes.s32(inode.offset() + at);
        if (reserved != 0) {
            throw new ErofsFormatException(
                    Problem.BAD_INODE, inode.offset() + at, "a reserved field is 0x%x".formatted(reserved));
        }
    }

    private static void checkShape(Inode inode) throws ErofsFormatException {
        boolean sizeFits = switch (inode.type()) {
            case REGULAR -> inode.size() >= 0;
            case DIRECTORY -> inode.size() > 0;
            case SYMLINK -> inode.size() > 0 && inode.size() <= ErofsReader.SYMLINK_BYTES_MAX;
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> inode.size() == 0;
        };
        if (!sizeFits) {
            throw new ErofsFormatException(
                    Problem.BAD_SIZE,
                    inode.offset() + 8,
                    "a %s of %d bytes".formatted(inode.type().label, inode.size()));
        }
        boolean layoutFits = switch (inode.type()) {
            case REGULAR -> true;
            case DIRECTORY, SYMLINK -> inode.layout() != InodeLayout.CHUNK_BASED;
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> inode.layout() == InodeLayout.FLAT_PLAIN;
        };
        if (!layoutFits) {
            throw new ErofsFormatException(
                    Problem.BAD_INODE,
                    inode.offset(),
                    "a %s with layout %s".formatted(inode.type().label, inode.layout()));
        }
    }
}
