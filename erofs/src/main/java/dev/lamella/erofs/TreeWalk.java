package dev.lamella.erofs;

import dev.lamella.erofs.ErofsFormatException.Problem;
import dev.lamella.filetree.ByteString;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Goes through an image's tree, each directory before what is in it and names in byte order, and checks what holds of the whole:
 * one parent for each directory, link counts, the number of inodes, limits.
 */
final class TreeWalk {

    private final ErofsImage image;
    private final ErofsLimits limits;

    /** By inode number, the inodes met. Numbers are bounded by the image's size. */
    private final BitSet seen = new BitSet();

    /** Files with more than one link, by inode number. */
    private final Map<Long, Linked> linked = new HashMap<>();

    private final ArrayDeque<Level> levels = new ArrayDeque<>();
    private long inodes;
    private long names;

    /** What a walk meets. */
    interface Visitor {
        /**
         * Takes the next name; the root's is empty and its depth 0.
         *
         * @param first whether the inode was not met under another name
         */
        void visit(ByteString name, int depth, Inode inode, boolean first) throws IOException;
    }

    private static final class Linked {
        private final Inode inode;
        private long namesMet = 1;

        Linked(Inode inode) {
            this.inode = inode;
        }
    }

    private static final class Level {
        private final Inode inode;
        private final Iterator<ErofsImage.Dirent> entries;
        private long subdirectories;

        Level(Inode inode, List<ErofsImage.Dirent> entries) {
            this.inode = inode;
            this.entries = entries.iterator();
        }
    }

    TreeWalk(ErofsImage image, ErofsLimits limits) {
        this.image = image;
        this.limits = limits;
    }

    void run(Visitor visitor) throws IOException {
        Inode root = image.inode(image.superblock.rootNid());
        if (root.type() != FileType.DIRECTORY) {
            throw new ErofsFormatException(Problem.BAD_MODE, root.offset(), "the root is a " + root.type().label);
        }
        meet(root);
        visitor.visit(ByteString.EMPTY, 0, root, true);
        enter(root, root);
        while (!levels.isEmpty()) {
            Level level = levels.peek();
            if (level.entries.hasNext()) {
                visit(level, level.entries.next(), visitor);
            } else {
                leave(levels.pop());
            }
        }
        for (Linked file : linked.values()) {
            if (file.namesMet != file.inode.links()) {
                throw linkError(file.inode, file.namesMet);
            }
        }
        long found = inodes + (image.superblock.hasPackedInode() ? 1 : 0);
        if (found != image.superblock.inodes()) {
            throw new ErofsFormatException(
                    Problem.BAD_INODE_COUNT,
                    Superblock.OFFSET + 16,
                    "the superblock counts %d inodes, found %d".formatted(image.superblock.inodes(), found));
        }
    }

    private void visit(Level level, ErofsImage.Dirent entry, Visitor visitor) throws IOException {
        if (++names > limits.entriesMax()) {
            throw limit(entry, "more than %d names (limit entriesMax)".formatted(limits.entriesMax()));
        }
        boolean met = entry.nid() >= 0 && entry.nid() <= Integer.MAX_VALUE && seen.get((int) entry.nid());
        Inode inode = met ? again(entry) : image.inode(entry.nid());
        if (inode.type().direntType != entry.direntType()) {
            throw new ErofsFormatException(
                    Problem.TYPE_MISMATCH,
                    entry.offset(),
                    "\"%s\" has type %d here, but its inode is a %s"
                            .formatted(entry.name(), entry.direntType(), inode.type().label));
        }
        if (!met) {
            meet(inode);
        }
        visitor.visit(entry.name(), levels.size(), inode, !met);
        if (inode.type() == FileType.DIRECTORY) {
            level.subdirectories++;
            if (levels.size() > limits.depthMax()) {
                throw limit(
                        entry,
                        "more than %d directories below one another (limit depthMax)".formatted(limits.depthMax()));
            }
            enter(inode, level.inode);
        }
    }

    private Inode again(ErofsImage.Dirent entry) throws ErofsFormatException {
        Linked file = linked.get(entry.nid());
        if (file == null) {
            boolean directory = entry.direntType() == FileType.DIRECTORY.direntType;
            throw new ErofsFormatException(
                    directory ? Problem.DIRECTORY_LOOP : Problem.BAD_LINK_COUNT,
                    entry.offset(),
                    "\"%s\" is the second name of inode %d, which has one".formatted(entry.name(), entry.nid()));
        }
        file.namesMet++;
        return file.inode;
    }

    private void meet(Inode inode) throws ErofsFormatException {
        seen.set((int) inode.nid());
        if (++inodes > limits.inodesMax()) {
            throw new ErofsFormatException(
                    Problem.LIMIT_EXCEEDED,
                    inode.offset(),
                    "more than %d inodes (limit inodesMax)".formatted(limits.inodesMax()));
        }
        if (inode.type() == FileType.DIRECTORY || inode.links() == 1) {
            return;
        }
        linked.put(inode.nid(), new Linked(inode));
    }

    private void enter(Inode directory, Inode parent) throws ErofsFormatException {
        List<ErofsImage.Dirent> entries = image.entries(directory);
        boolean self = false;
        boolean up = false;
        for (Iterator<ErofsImage.Dirent> all = entries.iterator(); all.hasNext(); ) {
            ErofsImage.Dirent entry = all.next();
            boolean isSelf = entry.name().equals(DirectoryBlocks.SELF);
            boolean isUp = entry.name().equals(DirectoryBlocks.PARENT);
            if (!isSelf && !isUp) {
                continue;
            }
            long expected = isSelf ? directory.nid() : parent.nid();
            if (entry.nid() != expected || entry.direntType() != FileType.DIRECTORY.direntType) {
                throw new ErofsFormatException(
                        Problem.BAD_DOT_ENTRY,
                        entry.offset(),
                        "\"%s\" leads to inode %d, expected directory %d"
                                .formatted(entry.name(), entry.nid(), expected));
            }
            self |= isSelf;
            up |= isUp;
        }
        if (!self || !up) {
            throw new ErofsFormatException(
                    Problem.BAD_DOT_ENTRY, directory.offset(), "a directory without \".\" or \"..\"");
        }
        entries.removeIf(entry ->
                entry.name().equals(DirectoryBlocks.SELF) || entry.name().equals(DirectoryBlocks.PARENT));
        levels.push(new Level(directory, entries));
    }

    private static void leave(Level level) throws ErofsFormatException {
        if (level.inode.links() != 2 + level.subdirectories) {
            throw linkError(level.inode, 2 + level.subdirectories);
        }
    }

    private static ErofsFormatException linkError(Inode inode, long found) {
        return new ErofsFormatException(
                Problem.BAD_LINK_COUNT,
                inode.offset(),
                "inode %d says it has %d links, found %d".formatted(inode.nid(), inode.links(), found));
    }

    private static ErofsFormatException limit(ErofsImage.Dirent entry, String message) {
        return new ErofsFormatException(Problem.LIMIT_EXCEEDED, entry.offset(), message);
    }
}
