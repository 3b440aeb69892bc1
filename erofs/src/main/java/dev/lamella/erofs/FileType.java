package dev.lamella.erofs;

import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Node;
import dev.lamella.filetree.RegularFile;
import dev.lamella.filetree.SpecialFile;
import dev.lamella.filetree.Symlink;
import java.util.Optional;

/** The types of files, with their two encodings: as in directory entries and as in modes. */
enum FileType {
    REGULAR(1, 010, "file"),
    DIRECTORY(2, 004, "dir"),
    CHARACTER_DEVICE(3, 002, "char"),
    BLOCK_DEVICE(4, 006, "block"),
    FIFO(5, 001, "fifo"),
    SOCKET(6, 014, "socket"),
    SYMLINK(7, 012, "symlink");

    private static final int MODE_SHIFT = 12;

    /** The type in a directory entry. */
    final int direntType;

    /** The name in dumps. */
    final String label;

    private final int modeType;

    FileType(int direntType, int modeType, String label) {
        this.direntType = direntType;
        this.modeType = modeType;
        this.label = label;
    }

    static FileType of(Node node) {
        return switch (node) {
            case RegularFile _ -> REGULAR;
            case Directory _ -> DIRECTORY;
            case Symlink _ -> SYMLINK;
            case SpecialFile special ->
                switch (special.type()) {
                    case CHARACTER_DEVICE -> CHARACTER_DEVICE;
                    case BLOCK_DEVICE -> BLOCK_DEVICE;
                    case FIFO -> FIFO;
                    case SOCKET -> SOCKET;
                };
        };
    }

    static Optional<FileType> ofMode(int mode) {
        for (FileType type : values()) {
            if (type.modeType == mode >>> MODE_SHIFT) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    int mode(int permissions) {
        return (modeType << MODE_SHIFT) | permissions;
    }
}
