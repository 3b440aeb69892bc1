package dev.lamella.erofs;

import dev.lamella.filetree.Extent;
import dev.lamella.filetree.RegularFile;
import java.util.ArrayList;
import java.util.List;

/**
 * A file's content by blocks.
 *
 * @param runs consecutive runs that cover the file
 * @param blocks number of blocks
 * @param ownBlocks how many of them lie in the image itself
 */
record FileBlocks(List<Run> runs, long blocks, long ownBlocks) {

    /** A chunk has at most 2^31 blocks. */
    static final int CHUNK_BITS_MAX = 31;

    /** The address of a run without content. */
    static final long HOLE = -1;

    /**
     * Blocks of one kind, with consecutive addresses.
     *
     * @param fileBlock the first block's place in the file
     * @param blocks number of blocks
     * @param own whether they lie in the image itself
     * @param address the first block's address on the device, or counted among the file's own blocks, or {@link #HOLE}
     */
    record Run(long fileBlock, long blocks, boolean own, long address) {
        private boolean isContinuedBy(boolean nextOwn, long nextAddress) {
            return address != HOLE && own == nextOwn && address + blocks == nextAddress;
        }
    }

    /** Extents that no block list can express. */
    static final class UnmappableException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String problem;

        UnmappableException(Extent extent, long size, String expected) {
            this("content %s of a file of %d bytes: expected %s".formatted(extent, size, expected));
        }

        private UnmappableException(String problem) {
            super(problem);
            this.problem = problem;
        }

        String problem() {
            return problem;
        }
    }

    static FileBlocks of(RegularFile file, long dataSizeBytes, long storedSizeBytes) throws UnmappableException {
        var builder = new Builder();
        for (Extent extent : file.extents()) {
            long end = extent.fileOffset() + extent.length();
            boolean own = extent.source() == Extent.Source.STORED;
            long sourceSize = own ? storedSizeBytes : dataSizeBytes;
            if (extent.length() > sourceSize - extent.sourceOffset()) {
                throw new UnmappableException(extent, file.size(), "it inside the source's " + sourceSize + " bytes");
            }
            long firstBlock = extent.fileOffset() >>> Block.BITS;
            if (own) {
                builder.addOwn(firstBlock, Block.count(end));
            } else {
                boolean aligned = isAligned(extent.fileOffset())
                        && isAligned(extent.sourceOffset())
                        && (isAligned(end) || end == file.size());
                if (!aligned) {
                    throw new UnmappableException(extent, file.size(), "whole blocks of 512 bytes of file and tar");
                }
                builder.addData(firstBlock, Block.count(end), extent.sourceOffset() >>> Block.BITS);
            }
            if (builder.overlaps) {
                throw new UnmappableException(
                        extent, file.size(), "no block of 512 bytes to be from tar and stored bytes");
            }
        }
        return builder.finish(Block.count(file.size()));
    }

    private static boolean isAligned(long offset) {
        return Block.inBlock(offset) == 0;
    }

    /** Returns the logarithm of the largest chunk size, in blocks, with which every chunk is part of one run. */
    int chunkBits() {
        if (runs.size() == 1) {
            int cover = Long.SIZE - Long.numberOfLeadingZeros(blocks - 1);
            return Math.min(cover, CHUNK_BITS_MAX);
        }
        int bits = CHUNK_BITS_MAX;
        for (Run run : runs) {
            bits = Math.min(bits, Long.numberOfTrailingZeros(run.fileBlock));
        }
        return bits;
    }

    /** Returns the number of chunks of that size. */
    long chunks() {
        int bits = chunkBits();
        return ((blocks - 1) >>> bits) + 1;
    }

    private static final class Builder {
        private final List<Run> runs = new ArrayList<>(1);
        private long cursor;
        private long ownBlocks;
        private boolean overlaps;

        void addData(long firstBlock, long endBlock, long address) {
            overlaps |= firstBlock < cursor;
            hole(firstBlock);
            append(endBlock, false, address);
        }

        void addOwn(long firstBlock, long endBlock) {
            // Two stored pieces may share a block; it is put together from both.
            boolean shared = firstBlock == cursor - 1 && runs.getLast().own();
            overlaps |= firstBlock < cursor && !shared;
            hole(firstBlock);
            long added = endBlock - cursor;
            append(endBlock, true, ownBlocks);
            ownBlocks += Math.max(added, 0);
        }

        FileBlocks finish(long blocks) {
            hole(blocks);
            return new FileBlocks(runs, blocks, ownBlocks);
        }

        private void hole(long endBlock) {
            if (endBlock > cursor) {
                runs.add(new Run(cursor, endBlock - cursor, false, HOLE));
                cursor = endBlock;
            }
        }

        private void append(long endBlock, boolean own, long address) {
            long count = endBlock - cursor;
            if (count <= 0) {
                return;
            }
            if (!runs.isEmpty() && runs.getLast().isContinuedBy(own, address)) {
                Run last = runs.removeLast();
                runs.add(new Run(last.fileBlock, last.blocks + count, own, last.address));
            } else {
                runs.add(new Run(cursor, count, own, address));
            }
            cursor = endBlock;
        }
    }
}
