package dev.lamella.erofs;

import dev.lamella.filetree.Directory;
import dev.lamella.filetree.RegularFile;
import dev.lamella.filetree.SpecialFile;
import dev.lamella.filetree.Symlink;
import java.util.OptionalLong;

/**
 * Decides where everything lies: inodes and directories' blocks first, then the shared attributes, then the content that is kept
 * in the image.
 */
final class ImageLayout {

    final InodeTable inodes;
    final XattrTable xattrs = new XattrTable();
    final long dataSizeBytes;
    final long storedSizeBytes;

    /** First block of the shared attributes; meaningless if there are none. */
    long xattrBlock;
    /** First block that is content of files. */
    long contentBlock;
    /** End of the image. */
    long endBlock;

    private final ErofsLimits limits;
    private final FreeSpace space;
    private long chunks;
    private long ownBlocks;

    ImageLayout(InodeTable inodes, FreeSpace space, ErofsLimits limits, Sources sources) {
        this.inodes = inodes;
        this.space = space;
        this.limits = limits;
        this.dataSizeBytes = sources.dataSizeBytes();
        this.storedSizeBytes = sources.storedSizeBytes();
    }

    /** Sizes of the two places content can be in. */
    record Sources(long dataSizeBytes, long storedSizeBytes) {}

    /** Places everything; {@code rootOffset} is where the root's inode goes if it does not go to the beginning of the free space. */
    void place(OptionalLong rootOffset) throws ErofsTreeException {
        inodes.collect();
        for (PlannedInode inode : inodes.inodes()) {
            var problem = xattrs.add(inode.node.metadata().xattrs());
            if (problem.isPresent()) {
                throw inodes.error(inode.node, problem.get());
            }
        }
        xattrs.share();
        PlannedInode root = inodes.root();
        if (rootOffset.isPresent()) {
            measure(root);
            root.layout = InodeLayout.FLAT_PLAIN;
            root.offset = rootOffset.getAsLong();
        } else {
            place(root);
        }
        for (PlannedInode directory : inodes.directories()) {
            if (directory.flatBlocks() > 0) {
                directory.firstBlock = space.takeBlocks(directory.flatBlocks());
            }
            for (PlannedInode child : inodes.children(directory)) {
                place(child);
            }
        }
        xattrBlock = space.endBlock();
        contentBlock = xattrBlock + Block.count(xattrs.sharedBytes());
        endBlock = contentBlock + ownBlocks;
        if (Block.bytes(endBlock) > limits.imageBytesMax()) {
            throw inodes.error(
                    root.node,
                    "the image would have %d bytes, more than %d (limit imageBytesMax)"
                            .formatted(Block.bytes(endBlock), limits.imageBytesMax()));
        }
    }

    /** Returns a file's content by blocks. */
    FileBlocks fileBlocks(RegularFile file) throws ErofsTreeException {
        try {
            return FileBlocks.of(file, dataSizeBytes, storedSizeBytes);
        } catch (FileBlocks.UnmappableException e) {
            throw inodes.error(file, e.problem());
        }
    }

    private void place(PlannedInode inode) throws ErofsTreeException {
        long chunkBytes = measure(inode);
        if (inode.node instanceof Symlink && inode.flatBlocks() > 0) {
            inode.firstBlock = space.takeBlocks(inode.flatBlocks());
        }
        inode.offset = space.takeInode(inode.headBytes(), inode.inlineBytes(), chunkBytes);
    }

    /** Finds out an inode's sizes and layout; returns the bytes of its chunk indexes, with the padding before them. */
    private long measure(PlannedInode inode) throws ErofsTreeException {
        long areaBytes = xattrs.areaBytes(inode.node.metadata().xattrs());
        if (areaBytes > XattrTable.AREA_BYTES_MAX) {
            throw inodes.error(
                    inode.node,
                    "its extended attributes take %d bytes, at most %d can be stored"
                            .formatted(areaBytes, XattrTable.AREA_BYTES_MAX));
        }
        inode.xattrBytes = (int) areaBytes;
        return switch (inode.node) {
            case Directory directory -> {
                measureFlat(inode, DirectoryBlocks.of(directory).sizeBytes());
                yield 0;
            }
            case Symlink symlink -> {
                int length = symlink.target().length();
                if (length > ErofsReader.SYMLINK_BYTES_MAX) {
                    throw inodes.error(
                            symlink,
                            "the target has %d bytes, at most %d can be read back by Linux"
                                    .formatted(length, ErofsReader.SYMLINK_BYTES_MAX));
                }
                measureFlat(inode, length);
                yield 0;
            }
            case SpecialFile _ -> 0;
            case RegularFile file -> measureFile(inode, file);
        };
    }

    private static void measureFlat(PlannedInode inode, long size) {
        int tailBytes = Block.inBlock(size);
        inode.sizeBytes = size;
        inode.layout = tailBytes > 0 && tailBytes <= FreeSpace.INLINE_BYTES_MAX
                ? InodeLayout.FLAT_INLINE
                : InodeLayout.FLAT_PLAIN;
    }

    private long measureFile(PlannedInode inode, RegularFile file) throws ErofsTreeException {
        inode.sizeBytes = file.size();
        if (file.size() == 0) {
            return 0;
        }
        inode.layout = InodeLayout.CHUNK_BASED;
        FileBlocks blocks = fileBlocks(file);
        long count = blocks.chunks();
        if (count > limits.chunksMax() - chunks) {
            throw inodes.error(
                    file,
                    "pieces and holes so scattered that it needs %d chunks, where the image has room for %d (limit chunksMax)"
                            .formatted(count, limits.chunksMax() - chunks));
        }
        chunks += count;
        inode.firstBlock = ownBlocks;
        ownBlocks += blocks.ownBlocks();
        return Block.align(inode.headBytes(), ChunkIndex.BYTES) - inode.headBytes() + count * ChunkIndex.BYTES;
    }
}
