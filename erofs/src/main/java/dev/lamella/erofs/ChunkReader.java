package dev.lamella.erofs;

import dev.lamella.erofs.ErofsFormatException.Problem;
import dev.lamella.filetree.Extent;
import java.util.ArrayList;
import java.util.List;

/** Reads the chunk lists of regular files. */
final class ChunkReader {

    private static final int BARE_ADDRESS_BYTES = 4;
    private static final int UNION_AT = 16;

    private final ErofsImage image;
    private final ImageBytes bytes;
    private final ErofsLimits limits;
    private long chunks;

    /** A chunk: its device and address, and where it is written. */
    private record Chunk(int device, long address, long offset) {}

    ChunkReader(ErofsImage image, ImageBytes bytes, ErofsLimits limits) {
        this.image = image;
        this.bytes = bytes;
        this.limits = limits;
    }

    List<Extent> extents(Inode inode) throws ErofsFormatException {
        int format = inode.union();
        if ((format & ~(ChunkIndex.FORMAT_BLOCK_BITS | ChunkIndex.FORMAT_INDEXES)) != 0) {
            throw new ErofsFormatException(
                    Problem.BAD_CHUNK_FORMAT, inode.offset() + UNION_AT, "unknown chunk format 0x%x".formatted(format));
        }
        boolean indexed = (format & ChunkIndex.FORMAT_INDEXES) != 0;
        int width = indexed ? ChunkIndex.BYTES : BARE_ADDRESS_BYTES;
        int bits = image.superblock.blockBits() + (format & ChunkIndex.FORMAT_BLOCK_BITS);
        long count = inode.size() == 0 ? 0 : ((inode.size() - 1) >>> bits) + 1;
        if (count > limits.chunksMax() - chunks) {
            throw new ErofsFormatException(
                    Problem.LIMIT_EXCEEDED,
                    inode.offset(),
                    "more than %d chunks (limit chunksMax)".formatted(limits.chunksMax()));
        }
        chunks += count;
        long table = Block.align(inode.tailOffset(), width);
        bytes.take(table, count * width, "%d chunk addresses".formatted(count));
        var extents = new ArrayList<Extent>(1);
        for (long i = 0; i < count; i++) {
            long length = Math.min(1L << bits, inode.size() - (i << bits));
            Chunk chunk = chunk(table + i * width, indexed);
            if (chunk.address != (ChunkIndex.HOLE & 0xffff_ffffL)) {
                append(extents, extent(chunk, i << bits, length));
            }
        }
        return extents;
    }

    private Chunk chunk(long offset, boolean indexed) throws ErofsFormatException {
        if (!indexed) {
            return new Chunk(ChunkIndex.OWN_DEVICE, bytes.u32(offset), offset);
        }
        long address = bytes.u32(offset + 4);
        if (address != (ChunkIndex.HOLE & 0xffff_ffffL) && bytes.u16(offset) != 0) {
            throw new ErofsFormatException(Problem.ADDRESS_OUTSIDE, offset, "a block address of more than 32 bits");
        }
        return new Chunk(bytes.u16(offset + 2), address, offset);
    }

    private Extent extent(Chunk chunk, long fileOffset, long length) throws ErofsFormatException {
        int bits = image.superblock.blockBits();
        long blocks = ((length - 1) >>> bits) + 1;
        long address = chunk.address;
        int device = chunk.device;
        long mapped = image.device.mappedBlock();
        if (device == ChunkIndex.OWN_DEVICE && mapped != 0 && address >= mapped) {
            // Devices also have places in one address space behind the image.
            device = ChunkIndex.DATA_DEVICE;
            address -= mapped;
        }
        boolean own = device == ChunkIndex.OWN_DEVICE;
        long deviceBlocks = own ? image.superblock.blocks() : image.device.blocks();
        if (device > image.superblock.devices() || address > deviceBlocks - blocks || (own && address == 0)) {
            throw new ErofsFormatException(
                    Problem.ADDRESS_OUTSIDE,
                    chunk.offset,
                    "%d blocks from %d on device %d, which has %d blocks"
                            .formatted(blocks, address, device, deviceBlocks));
        }
        return new Extent(fileOffset, length, own ? Extent.Source.STORED : Extent.Source.DATA, address << bits);
    }

    /** Adds an extent, joined to the one before where both file and source go on. */
    private static void append(List<Extent> extents, Extent next) {
        if (!extents.isEmpty()) {
            Extent last = extents.getLast();
            if (last.source() == next.source()
                    && last.fileOffset() + last.length() == next.fileOffset()
                    && last.sourceOffset() + last.length() == next.sourceOffset()) {
                extents.removeLast();
                extents.add(new Extent(
                        last.fileOffset(), last.length() + next.length(), last.source(), last.sourceOffset()));
                return;
            }
        }
        extents.add(next);
    }
}
