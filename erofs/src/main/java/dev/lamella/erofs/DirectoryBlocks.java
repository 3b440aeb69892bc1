package dev.lamella.erofs;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Directory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory's entries in blocks: each block has the 12-byte entries of some names and then those names; the names ascend over
 * all blocks, {@code .} and {@code ..} among them.
 */
final class DirectoryBlocks {

    static final int DIRENT_BYTES = 12;
    static final ByteString SELF = ByteString.utf8(".");
    static final ByteString PARENT = ByteString.utf8("..");

    /** Index behind the last name of each block. */
    private final List<Integer> blockEnds = new ArrayList<>(1);

    private final List<ByteString> names;
    private final int lastBlockBytes;

    /** What a name leads to. */
    record Target(long nid, FileType type) {}

    /** Finds what names lead to. */
    @FunctionalInterface
    interface Resolver {
        Target resolve(ByteString name);
    }

    private DirectoryBlocks(List<ByteString> names) {
        this.names = names;
        int used = 0;
        for (int i = 0; i < names.size(); i++) {
            int size = DIRENT_BYTES + names.get(i).length();
            if (used + size > Block.BYTES) {
                blockEnds.add(i);
                used = 0;
            }
            used += size;
        }
        blockEnds.add(names.size());
        lastBlockBytes = used;
    }

    static DirectoryBlocks of(Directory directory) {
        var names = new ArrayList<ByteString>(directory.entries().size() + 2);
        boolean self = false;
        boolean parent = false;
        for (ByteString name : directory.entries().keySet()) {
            if (!self && name.compareTo(SELF) > 0) {
                names.add(SELF);
                self = true;
            }
            if (!parent && name.compareTo(PARENT) > 0) {
                names.add(PARENT);
                parent = true;
            }
            names.add(name);
        }
        if (!self) {
            names.add(SELF);
        }
        if (!parent) {
            names.add(PARENT);
        }
        return new DirectoryBlocks(names);
    }

    /** Returns the directory's size: all blocks but the last are full. */
    long sizeBytes() {
        return (long) (blockEnds.size() - 1) * Block.BYTES + lastBlockBytes;
    }

    int count() {
        return blockEnds.size();
    }

    /** Writes one block, without filling it up. */
    void write(int block, Resolver resolver, ImageOutput out) throws IOException {
        int from = block == 0 ? 0 : blockEnds.get(block - 1);
        List<ByteString> part = names.subList(from, blockEnds.get(block));
        int nameOffset = part.size() * DIRENT_BYTES;
        for (ByteString name : part) {
            Target target = resolver.resolve(name);
            out.putLong(target.nid());
            out.putShort(nameOffset);
            out.putByte(target.type().direntType);
            out.putByte(0);
            nameOffset += name.length();
        }
        for (ByteString name : part) {
            out.put(name);
        }
    }
}
