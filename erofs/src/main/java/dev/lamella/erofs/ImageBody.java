package dev.lamella.erofs;

import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Extent;
import dev.lamella.filetree.Metadata;
import dev.lamella.filetree.RegularFile;
import dev.lamella.filetree.SpecialFile;
import dev.lamella.filetree.Symlink;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.List;

/** Writes what a layout has placed, in ascending order of offsets. */
final class ImageBody {

    private static final int NO_ADDRESS = -1;
    private static final int RESERVED_TAIL_BYTES = 16;

    private final ImageLayout layout;
    private final InodeTable inodes;
    private final MemorySegment stored;
    private final ImageOutput out;

    /** Whole blocks that lie behind inodes still to be written. */
    private final ArrayDeque<PlannedInode> pendingBlocks = new ArrayDeque<>();

    ImageBody(ImageLayout layout, MemorySegment stored, ImageOutput out) {
        this.layout = layout;
        this.inodes = layout.inodes;
        this.stored = stored;
        this.out = out;
    }

    /** Writes everything up to the end of the image; with or without the root's inode. */
    void write(boolean withRoot) throws IOException {
        if (withRoot) {
            writeAt(inodes.root());
        }
        for (PlannedInode directory : inodes.directories()) {
            if (directory.flatBlocks() > 0) {
                pendingBlocks.add(directory);
            }
            for (PlannedInode child : inodes.children(directory)) {
                if (child.node instanceof Symlink && child.flatBlocks() > 0) {
                    pendingBlocks.add(child);
                }
                writeAt(child);
            }
        }
        writeBlocksBefore(Long.MAX_VALUE);
        if (layout.xattrs.sharedBytes() > 0) {
            out.padTo(Block.bytes(layout.xattrBlock));
            layout.xattrs.writeShared(out);
        }
        out.padTo(Block.bytes(layout.contentBlock));
        for (PlannedInode inode : inodes.inodes()) {
            if (inode.node instanceof RegularFile file) {
                writeContent(inode, file);
            }
        }
        out.padTo(Block.bytes(layout.endBlock));
    }

    private void writeAt(PlannedInode inode) throws IOException {
        writeBlocksBefore(inode.offset);
        out.padTo(inode.offset);
        writeInode(inode);
    }

    private void writeBlocksBefore(long offset) throws IOException {
        while (!pendingBlocks.isEmpty() && Block.bytes(pendingBlocks.getFirst().firstBlock) < offset) {
            PlannedInode inode = pendingBlocks.removeFirst();
            out.padTo(Block.bytes(inode.firstBlock));
            if (inode.node instanceof Directory directory) {
                DirectoryBlocks blocks = DirectoryBlocks.of(directory);
                for (int i = 0; i < inode.flatBlocks(); i++) {
                    blocks.write(i, inodes.resolver(inode), out);
                    out.align(Block.BYTES);
                }
            } else if (inode.node instanceof Symlink symlink) {
                int whole = (int) Math.min(symlink.target().length(), Block.bytes(inode.flatBlocks()));
                out.put(symlink.target().substring(0, whole));
                out.align(Block.BYTES);
            }
        }
    }

    /** Writes an inode, its attributes, and what lies behind them, at the output's position. */
    void writeInode(PlannedInode inode) throws IOException {
        Metadata metadata = inode.node.metadata();
        out.putShort(inode.layout.extendedFormat());
        out.putShort(inode.xattrBytes == 0 ? 0 : (inode.xattrBytes - XattrTable.HEADER_BYTES) / 4 + 1);
        out.putShort(FileType.of(inode.node).mode(metadata.permissions()));
        out.putShort(0);
        out.putLong(inode.sizeBytes);
        out.putInt(union(inode));
        out.putInt(inode.number);
        out.putInt((int) metadata.uid());
        out.putInt((int) metadata.gid());
        out.putLong(metadata.mtime().seconds());
        out.putInt(metadata.mtime().nanos());
        out.putInt(inode.links);
        out.zeros(RESERVED_TAIL_BYTES);
        layout.xattrs.writeArea(metadata.xattrs(), out);
        switch (inode.node) {
            case Directory directory -> {
                if (inode.inlineBytes() > 0) {
                    DirectoryBlocks blocks = DirectoryBlocks.of(directory);
                    blocks.write(blocks.count() - 1, inodes.resolver(inode), out);
                }
            }
            case Symlink symlink ->
                out.put(symlink.target().substring(symlink.target().length() - inode.inlineBytes()));
            case RegularFile file -> writeChunks(inode, file);
            case SpecialFile _ -> {}
        }
    }

    /** The field that means something else in each layout: an address, a device number or a chunk format. */
    private int union(PlannedInode inode) throws IOException {
        return switch (inode.node) {
            case SpecialFile special -> DeviceNumber.encode(special.major(), special.minor());
            case RegularFile file
            when inode.layout == InodeLayout.CHUNK_BASED ->
                ChunkIndex.FORMAT_INDEXES | layout.fileBlocks(file).chunkBits();
            case RegularFile _ -> 0;
            case Directory _, Symlink _ -> inode.flatBlocks() == 0 ? NO_ADDRESS : (int) inode.firstBlock;
        };
    }

    private void writeChunks(PlannedInode inode, RegularFile file) throws IOException {
        if (file.size() == 0) {
            return;
        }
        out.align(ChunkIndex.BYTES);
        FileBlocks blocks = layout.fileBlocks(file);
        int bits = blocks.chunkBits();
        long ownBase = layout.contentBlock + inode.firstBlock;
        for (FileBlocks.Run run : blocks.runs()) {
            for (long done = 0; done < run.blocks(); done += 1L << bits) {
                boolean hole = run.address() == FileBlocks.HOLE;
                out.putShort(0);
                out.putShort(hole || run.own() ? ChunkIndex.OWN_DEVICE : ChunkIndex.DATA_DEVICE);
                out.putInt(hole ? ChunkIndex.HOLE : (int) (run.address() + done + (run.own() ? ownBase : 0)));
            }
        }
    }

    private void writeContent(PlannedInode inode, RegularFile file) throws IOException {
        boolean hasOwn = file.extents().stream().anyMatch(extent -> extent.source() == Extent.Source.STORED);
        if (!hasOwn) {
            return;
        }
        long base = Block.bytes(layout.contentBlock + inode.firstBlock);
        List<FileBlocks.Run> runs = layout.fileBlocks(file).runs().stream()
                .filter(FileBlocks.Run::own)
                .toList();
        int next = 0;
        for (Extent extent : file.extents()) {
            if (extent.source() != Extent.Source.STORED) {
                continue;
            }
            long block = extent.fileOffset() >>> Block.BITS;
            while (block >= runs.get(next).fileBlock() + runs.get(next).blocks()) {
                next++;
            }
            FileBlocks.Run run = runs.get(next);
            long inRun = extent.fileOffset() - Block.bytes(run.fileBlock());
            out.padTo(base + Block.bytes(run.address()) + inRun);
            out.put(stored.asSlice(extent.sourceOffset(), extent.length()));
        }
        out.align(Block.BYTES);
    }
}
