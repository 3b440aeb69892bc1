package dev.lamella.tar;

import dev.lamella.filetree.Extent;
import dev.lamella.filetree.Extent.Source;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads bodies and says where their bytes lie. A block of a file is used in place if it is a whole block of the tar too; every
 * other block with data in it is written to the stored bytes, filled up with zeros to 512.
 */
final class ContentReader {

    private static final int BLOCK_BYTES = TarInput.BLOCK_BYTES;
    private static final long NO_BLOCK = -1;

    private final TarInput input;
    private final OutputStream stored;
    private final TarLimits limits;
    private final @Nullable MessageDigest hash;
    private long storedBytes;

    private final byte[] pendingBlock = new byte[BLOCK_BYTES];
    private long pendingOffset = NO_BLOCK;

    /** Makes a reader that hashes contents if it is given a hash. */
    ContentReader(TarInput input, OutputStream stored, TarLimits limits, @Nullable MessageDigest hash) {
        this.input = input;
        this.stored = stored;
        this.limits = limits;
        this.hash = hash;
    }

    long storedBytes() {
        return storedBytes;
    }

    /** Reads the body of a regular file and the padding behind it. */
    List<Extent> read(LayerEntry entry) throws IOException {
        SparseMap sparse = entry.sparse();
        List<Extent> extents = sparse == null ? whole(entry) : parts(sparse, entry);
        input.skipPadding();
        return extents;
    }

    private List<Extent> whole(LayerEntry entry) throws IOException {
        long start = input.position();
        int tail = (int) (entry.bodyBytes() % BLOCK_BYTES);
        long blocksEnd = entry.bodyBytes() - tail;
        if (hash == null) {
            input.skipExactly(blocksEnd);
        } else {
            input.hashExactly(blocksEnd, hash);
        }
        if (entry.bodyBytes() == 0) {
            return List.of();
        }
        if (tail == 0 || readTail(tail)) {
            return List.of(new Extent(0, entry.bodyBytes(), Source.DATA, start));
        }
        var extents = new ArrayList<Extent>();
        if (blocksEnd > 0) {
            extents.add(new Extent(0, blocksEnd, Source.DATA, start));
        }
        Arrays.fill(pendingBlock, tail, BLOCK_BYTES, (byte) 0);
        pendingOffset = blocksEnd;
        flushPending(extents, entry.bodyBytes(), entry.where());
        return extents;
    }

    /**
     * Reads the last, partial block into the pending block. Returns whether it can be used in place: a page mapped from the
     * end of a file shows what is behind the end too, which must be zeros and must be there.
     */
    private boolean readTail(int tailBytes) throws IOException {
        int count = input.read(pendingBlock, 0, BLOCK_BYTES);
        if (count < tailBytes) {
            throw input.truncated();
        }
        if (hash != null) {
            hash.update(pendingBlock, 0, tailBytes);
        }
        boolean zeros = count == BLOCK_BYTES;
        for (int i = tailBytes; i < count && zeros; i++) {
            zeros = pendingBlock[i] == 0;
        }
        return zeros;
    }

    private List<Extent> parts(SparseMap map, LayerEntry entry) throws IOException {
        EntryPosition where = entry.where();
        if (map.dataBytes() != entry.bodyBytes()) {
            throw where.malformed("sparse map of %d bytes of data, but the entry has %d"
                    .formatted(map.dataBytes(), entry.bodyBytes()));
        }
        var extents = new ArrayList<Extent>();
        for (int i = 0; i < map.count(); i++) {
            long offset = map.offset(i);
            long left = map.length(i);
            if (offset % BLOCK_BYTES == 0 && input.position() % BLOCK_BYTES == 0 && left >= BLOCK_BYTES) {
                flushPending(extents, map.sizeBytes(), where);
                long inPlace = left - left % BLOCK_BYTES;
                append(extents, new Extent(offset, inPlace, Source.DATA, input.position()));
                input.skipExactly(inPlace);
                offset += inPlace;
                left -= inPlace;
            }
            store(extents, offset, left, entry);
        }
        flushPending(extents, map.sizeBytes(), where);
        return extents;
    }

    private void store(List<Extent> extents, long from, long length, LayerEntry entry) throws IOException {
        long fileBytes =
                entry.sparse() == null ? entry.bodyBytes() : entry.sparse().sizeBytes();
        long end = from + length;
        for (long at = from; at < end; ) {
            long blockOffset = at - at % BLOCK_BYTES;
            if (pendingOffset != blockOffset) {
                flushPending(extents, fileBytes, entry.where());
                Arrays.fill(pendingBlock, (byte) 0);
                pendingOffset = blockOffset;
            }
            int inBlock = (int) (at - blockOffset);
            int count = (int) Math.min(end - at, BLOCK_BYTES - inBlock);
            if (input.read(pendingBlock, inBlock, count) < count) {
                throw input.truncated();
            }
            at += count;
        }
    }

    private void flushPending(List<Extent> extents, long fileBytes, EntryPosition where) throws IOException {
        if (pendingOffset == NO_BLOCK) {
            return;
        }
        where.check("storedBytesMax", storedBytes + BLOCK_BYTES, limits.storedBytesMax());
        stored.write(pendingBlock, 0, BLOCK_BYTES);
        long length = Math.min(BLOCK_BYTES, fileBytes - pendingOffset);
        append(extents, new Extent(pendingOffset, length, Source.STORED, storedBytes));
        storedBytes += BLOCK_BYTES;
        pendingOffset = NO_BLOCK;
    }

    private static void append(List<Extent> extents, Extent next) {
        if (!extents.isEmpty()) {
            Extent last = extents.getLast();
            boolean continues = last.source() == next.source()
                    && last.fileOffset() + last.length() == next.fileOffset()
                    && last.sourceOffset() + last.length() == next.sourceOffset();
            if (continues) {
                extents.set(
                        extents.size() - 1,
                        new Extent(
                                last.fileOffset(), last.length() + next.length(), last.source(), last.sourceOffset()));
                return;
            }
        }
        extents.add(next);
    }
}
