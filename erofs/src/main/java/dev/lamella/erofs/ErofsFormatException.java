package dev.lamella.erofs;

import java.io.IOException;

/** An image breaks a rule of the format, or is larger than the {@link ErofsLimits}. Says which rule and where. */
public final class ErofsFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Problem problem;
    private final long offset;

    /** The rules. */
    public enum Problem {
        /** The image ends before a structure does. */
        TRUNCATED,
        /** The superblock's magic number is not EROFS's. */
        BAD_MAGIC,
        /** The superblock's checksum does not fit its block. */
        BAD_CHECKSUM,
        /** The superblock says something impossible about the image. */
        BAD_SUPERBLOCK,
        /** The image uses a feature that is unknown here, such as compression. */
        UNKNOWN_FEATURE,
        /** The device table is not the one device that is the tar. */
        BAD_DEVICE_TABLE,
        /** The table of long attribute name prefixes is broken. */
        BAD_XATTR_PREFIX,
        /** An inode number leads out of the image. */
        NID_OUTSIDE,
        /** An inode has an unknown form or data layout, or one that its file type cannot have. */
        BAD_INODE,
        /** An inode's mode has no known file type. */
        BAD_MODE,
        /** An inode's size is impossible for its type. */
        BAD_SIZE,
        /** An inode's time has more than a second's nanoseconds. */
        BAD_TIME,
        /** Extended attributes do not fit their area, have unknown prefixes, or are there twice. */
        BAD_XATTR,
        /** A directory's entries and names overlap, leave gaps or leave their block. */
        BAD_DIRENT,
        /** A file name is empty, too long, or has a slash or NUL. */
        BAD_NAME,
        /** A directory's names are not in ascending order. */
        UNSORTED_NAMES,
        /** {@code .} or {@code ..} is missing or leads elsewhere. */
        BAD_DOT_ENTRY,
        /** A directory entry's file type is not its inode's. */
        TYPE_MISMATCH,
        /** A directory has two parents, one of them perhaps itself. */
        DIRECTORY_LOOP,
        /** An inode's link count is not the number of its names. */
        BAD_LINK_COUNT,
        /** A chunk-based file's format is unknown. */
        BAD_CHUNK_FORMAT,
        /** A block address leads out of its device. */
        ADDRESS_OUTSIDE,
        /** Data kept behind its inode crosses the end of the block. */
        INLINE_DATA_CROSSES_BLOCK,
        /** A symbolic link's target is empty, too long or has a NUL. */
        BAD_SYMLINK,
        /** A device number is out of range, or there is one where none can be. */
        BAD_DEVICE_NUMBER,
        /** The structures are together larger than the image, so some share bytes. */
        STRUCTURES_OVERLAP,
        /** The superblock's number of inodes is not the number found. */
        BAD_INODE_COUNT,
        /** The image has no room for another root where this project's images keep it. */
        NO_RESERVED_SLOT,
        /** A limit of {@link ErofsLimits} is exceeded. */
        LIMIT_EXCEEDED
    }

    ErofsFormatException(Problem problem, long offset, String message) {
        super("EROFS image, offset %d: %s".formatted(offset, message));
        this.problem = problem;
        this.offset = offset;
    }

    /** Returns the rule that is broken. */
    public Problem problem() {
        return problem;
    }

    /** Returns where in the image, in bytes from its start. */
    public long offset() {
        return offset;
    }
}
