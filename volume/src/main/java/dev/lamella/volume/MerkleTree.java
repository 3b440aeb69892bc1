package dev.lamella.volume;

import dev.lamella.filetree.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/**
 * A volume's {@code data.verity}: the fs-verity Merkle tree of its data, root level first, so that any one block can
 * be checked
 * without reading the others. Safe for use by several threads.
 */
public final class MerkleTree implements AutoCloseable {

    /** Size of a block, in bytes; the last block of the data may be shorter. */
    public static final int BLOCK_BYTES = FsVerity.BLOCK_BYTES;

    private final Path file;
    private final FileChannel channel;
    private final long dataSizeBytes;
    private final Digest digest;
    private final List<Long> levelBlocks;

    private MerkleTree(Path file, FileChannel channel, VolumeDescriptor.Data data) {
        this.file = file;
        this.channel = channel;
        this.dataSizeBytes = data.sizeBytes();
        this.digest = data.fsVerity();
        this.levelBlocks = FsVerity.levelBlocks(dataSizeBytes);
    }

    /**
     * Opens a tree.
     *
     * @param file the {@code data.verity}
     * @param data size and digest of the data, from a descriptor whose signature has been checked
     * @throws CorruptVolumeException if the file has not the size a tree over so much data has
     * @throws IOException if the file cannot be opened
     */
    public static MerkleTree open(Path file, VolumeDescriptor.Data data) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            long expected = FsVerity.treeSizeBytes(data.sizeBytes());
            if (channel.size() != expected) {
                throw new CorruptVolumeException(
                        file,
                        -1,
                        "%d bytes, expected a Merkle tree of %d over %d bytes of data"
                                .formatted(channel.size(), expected, data.sizeBytes()));
            }
            return new MerkleTree(file, channel, data);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Returns the number of blocks of the data. */
    public long blockCount() {
        return FsVerity.blocks(dataSizeBytes);
    }

    /**
     * Checks one block of the data up to the signed digest.
     *
     * @param block number of the block, from 0
     * @param content its bytes: {@link #BLOCK_BYTES}, or fewer if it is the last
     * @return whether the content is right
     * @throws CorruptVolumeException if the tree itself is damaged on the way from this block to the root
     * @throws IllegalArgumentException if there is no such block or it has another length
     */
    public boolean verifyBlock(long block, byte[] content) throws IOException {
        long offset = block * BLOCK_BYTES;
        if (block < 0 || block >= blockCount() || content.length != Math.min(BLOCK_BYTES, dataSizeBytes - offset)) {
            throw new IllegalArgumentException(
                    "block %d of %d bytes in data of %d".formatted(block, content.length, dataSizeBytes));
        }
        byte[] hash = Digest.sha256().digest(Arrays.copyOf(content, BLOCK_BYTES));
        if (levelBlocks.isEmpty()) {
            return FsVerity.fileDigest(hash, dataSizeBytes).equals(digest);
        }
        long index = block;
        for (int level = 0; level < levelBlocks.size(); level++) {
            byte[] node = readNode(level, index / FsVerity.HASHES_PER_BLOCK);
            int at = (int) (index % FsVerity.HASHES_PER_BLOCK) * FsVerity.HASH_BYTES;
            boolean equal = Arrays.equals(node, at, at + FsVerity.HASH_BYTES, hash, 0, FsVerity.HASH_BYTES);
            if (!equal) {
                // The content is only to blame if the tree is right from here to the root.
                requireSoundPath(level, index);
                return false;
            }
            hash = Digest.sha256().digest(node);
            index /= FsVerity.HASHES_PER_BLOCK;
        }
        requireRoot(hash);
        return true;
    }

    /**
     * Checks the whole tree against the signed digest, from the root down.
     *
     * @throws CorruptVolumeException naming the first damaged block of the tree
     */
    public void verifyTree() throws IOException {
        if (levelBlocks.isEmpty()) {
            return;
        }
        MessageDigest sha256 = Digest.sha256();
        int top = levelBlocks.size() - 1;
        byte[] root = readNode(top, 0);
        requireRoot(sha256.digest(root));
        for (int level = top - 1; level >= 0; level--) {
            byte[] parent = root;
            for (long index = 0; index < levelBlocks.get(level); index++) {
                int slot = (int) (index % FsVerity.HASHES_PER_BLOCK);
                if (slot == 0) {
                    parent = readNode(level + 1, index / FsVerity.HASHES_PER_BLOCK);
                }
                byte[] hash = sha256.digest(readNode(level, index));
                int at = slot * FsVerity.HASH_BYTES;
                if (!Arrays.equals(parent, at, at + FsVerity.HASH_BYTES, hash, 0, FsVerity.HASH_BYTES)) {
                    throw damaged(level, index);
                }
            }
        }
    }

    /** Returns the offset of the leaf level in the file, in bytes. */
    long leafOffset() {
        return levelBlocks.isEmpty() ? 0 : offsetOf(0, 0);
    }

    /**
     * Throws unless the fault lies below level 0: in the content. {@code child} is the number of the block that
     * failed.
     */
    private void requireSoundPath(int failedLevel, long child) throws IOException {
        long index = child / FsVerity.HASHES_PER_BLOCK;
        byte[] hash = Digest.sha256().digest(readNode(failedLevel, index));
        for (int level = failedLevel + 1; level < levelBlocks.size(); level++) {
            byte[] parent = readNode(level, index / FsVerity.HASHES_PER_BLOCK);
            int at = (int) (index % FsVerity.HASHES_PER_BLOCK) * FsVerity.HASH_BYTES;
            if (!Arrays.equals(parent, at, at + FsVerity.HASH_BYTES, hash, 0, FsVerity.HASH_BYTES)) {
                throw damaged(level - 1, index);
            }
            hash = Digest.sha256().digest(parent);
            index /= FsVerity.HASHES_PER_BLOCK;
        }
        requireRoot(hash);
        if (failedLevel > 0) {
            throw damaged(failedLevel - 1, child);
        }
    }

    private void requireRoot(byte[] rootHash) throws CorruptVolumeException {
        Digest actual = FsVerity.fileDigest(rootHash, dataSizeBytes);
        if (!actual.equals(digest)) {
            throw new CorruptVolumeException(
                    file,
                    0,
                    "the tree's root belongs to the fs-verity digest %s, expected %s".formatted(actual, digest));
        }
    }

    private CorruptVolumeException damaged(int level, long index) {
        return new CorruptVolumeException(
                file,
                offsetOf(level, index),
                "block %d of level %d of the Merkle tree is damaged".formatted(index, level));
    }

    private byte[] readNode(int level, long index) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BLOCK_BYTES);
        long at = offsetOf(level, index);
        while (buffer.hasRemaining()) {
            int n = channel.read(buffer, at + buffer.position());
            if (n < 0) {
                throw new EOFException("%s: ends at %d while it is read".formatted(file, at + buffer.position()));
            }
        }
        return buffer.array();
    }

    private long offsetOf(int level, long index) {
        long blocksBefore = 0;
        for (int above = levelBlocks.size() - 1; above > level; above--) {
            blocksBefore += levelBlocks.get(above);
        }
        return (blocksBefore + index) * BLOCK_BYTES;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
