package dev.lamella.volume;

import dev.lamella.filetree.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The numbers and the descriptor of fs-verity as Lamella uses it: SHA-256, blocks of 4096 bytes, no salt.
 *
 * @see <a href="https://docs.kernel.org/filesystems/fsverity.html#merkle-tree">fs-verity, Merkle tree</a>
 */
final class FsVerity {

    /** Size of a block of data and of the tree, in bytes. */
    static final int BLOCK_BYTES = 4096;

    /** Size of one hash, in bytes. */
    static final int HASH_BYTES = 32;

    /** Hashes in one block of the tree. */
    static final int HASHES_PER_BLOCK = BLOCK_BYTES / HASH_BYTES;

    private static final int DESCRIPTOR_BYTES = 256;
    private static final byte VERSION = 1;
    private static final byte ALGORITHM_SHA256 = 1;
    private static final byte LOG_BLOCK_BYTES = 12;

    private FsVerity() {}

    /** Returns the number of blocks of so many bytes, the last one perhaps not full. */
    static long blocks(long sizeBytes) {
        return sizeBytes / BLOCK_BYTES + (sizeBytes % BLOCK_BYTES == 0 ? 0 : 1);
    }

    /** Returns the number of blocks of each level of the tree, leaves first; none for data of at most one block. */
    static List<Long> levelBlocks(long dataSizeBytes) {
        var levels = new ArrayList<Long>();
        long blocks = blocks(dataSizeBytes);
        while (blocks > 1) {
            blocks = (blocks + HASHES_PER_BLOCK - 1) / HASHES_PER_BLOCK;
            levels.add(blocks);
        }
        return levels;
    }

    /** Returns the size of the whole tree, in bytes. */
    static long treeSizeBytes(long dataSizeBytes) {
        return levelBlocks(dataSizeBytes).stream()
                .mapToLong(blocks -> blocks * BLOCK_BYTES)
                .sum();
    }

    /** Returns the hash of the kernel's {@code struct fsverity_descriptor}: what {@code fsverity digest} prints. */
    static Digest fileDigest(byte[] rootHash, long dataSizeBytes) {
        ByteBuffer descriptor = ByteBuffer.allocate(DESCRIPTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        descriptor.put(VERSION).put(ALGORITHM_SHA256).put(LOG_BLOCK_BYTES).put((byte) 0); // 0: no salt
        descriptor.putInt(0); // reserved
        descriptor.putLong(dataSizeBytes);
        descriptor.put(rootHash); // 64 bytes of room; then 32 of salt and 144 reserved, all zero
        return Digest.sha256Of(descriptor.array());
    }
}
