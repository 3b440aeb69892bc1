package dev.lamella.volume;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Computes the fs-verity Merkle tree of data that streams by. The leaf level, by far the largest, goes to a stream
 * as it
 * grows, padded to whole blocks; the levels above it, 1/128 of that, are kept in memory. For one thread.
 */
final class MerkleTreeBuilder {

    private final MessageDigest sha256 = Digest.sha256();
    private final OutputStream leaves;
    private final byte[] partialBlock = new byte[FsVerity.BLOCK_BYTES];
    private int partialLength;
    private final byte[] leafBlock = new byte[FsVerity.BLOCK_BYTES];
    private int leafLength;
    private final ByteArrayOutputStream aboveLeaves = new ByteArrayOutputStream();
    private byte[] lastHash = new byte[FsVerity.HASH_BYTES];
    private long sizeBytes;

    /**
     * Starts a tree.
     *
     * @param leaves takes the leaf level; nothing is written to it for data of at most one block; not closed
     */
    MerkleTreeBuilder(OutputStream leaves) {
        this.leaves = leaves;
    }

    /** Returns the digest of some bytes held in memory. */
    static Digest digestOf(byte[] content) {
        var builder = new MerkleTreeBuilder(OutputStream.nullOutputStream());
        try {
            builder.update(content, 0, content.length);
            return builder.finish().digest();
        } catch (IOException e) {
            throw new IllegalStateException("a null stream takes everything", e);
        }
    }

    /** Takes the next bytes of the data. */
    void update(byte[] bytes, int offset, int length) throws IOException {
        sizeBytes += length;
        int at = offset;
        int end = offset + length;
        if (partialLength > 0) {
            int taken = Math.min(end - at, FsVerity.BLOCK_BYTES - partialLength);
            System.arraycopy(bytes, at, partialBlock, partialLength, taken);
            partialLength += taken;
            at += taken;
            if (partialLength < FsVerity.BLOCK_BYTES) {
                return;
            }
            addBlock(partialBlock, 0);
            partialLength = 0;
        }
        for (; end - at >= FsVerity.BLOCK_BYTES; at += FsVerity.BLOCK_BYTES) {
            addBlock(bytes, at);
        }
        System.arraycopy(bytes, at, partialBlock, 0, end - at);
        partialLength = end - at;
    }

    /** Ends the data. */
    Finished finish() throws IOException {
        if (partialLength > 0) {
            Arrays.fill(partialBlock, partialLength, FsVerity.BLOCK_BYTES, (byte) 0);
            addBlock(partialBlock, 0);
        }
        if (sizeBytes <= FsVerity.BLOCK_BYTES) {
            return new Finished(FsVerity.fileDigest(lastHash, sizeBytes), ByteString.EMPTY);
        }
        if (leafLength > 0) {
            endLeafBlock();
        }
        return upperLevels(aboveLeaves.toByteArray());
    }

    private void addBlock(byte[] bytes, int offset) throws IOException {
        if (leafLength == FsVerity.BLOCK_BYTES) {
            endLeafBlock();
        }
        sha256.update(bytes, offset, FsVerity.BLOCK_BYTES);
        digestInto(leafBlock, leafLength);
        leafLength += FsVerity.HASH_BYTES;
        System.arraycopy(leafBlock, leafLength - FsVerity.HASH_BYTES, lastHash, 0, FsVerity.HASH_BYTES);
    }

    private void endLeafBlock() throws IOException {
        Arrays.fill(leafBlock, leafLength, FsVerity.BLOCK_BYTES, (byte) 0);
        leaves.write(leafBlock);
        aboveLeaves.write(sha256.digest(leafBlock));
        leafLength = 0;
    }

    /** Builds what is above the hashes of the leaf blocks. */
    private Finished upperLevels(byte[] hashesOfLeafBlocks) {
        byte[] hashes = hashesOfLeafBlocks;
        byte[] levels = new byte[0];
        while (hashes.length > FsVerity.HASH_BYTES) {
            int blocks = (int) FsVerity.blocks(hashes.length);
            byte[] level = Arrays.copyOf(hashes, blocks * FsVerity.BLOCK_BYTES);
            hashes = new byte[blocks * FsVerity.HASH_BYTES];
            for (int i = 0; i < blocks; i++) {
                sha256.update(level, i * FsVerity.BLOCK_BYTES, FsVerity.BLOCK_BYTES);
                digestInto(hashes, i * FsVerity.HASH_BYTES);
            }
            byte[] joined = Arrays.copyOf(level, level.length + levels.length);
            System.arraycopy(levels, 0, joined, level.length, levels.length);
            levels = joined;
        }
        return new Finished(FsVerity.fileDigest(hashes, sizeBytes), ByteString.of(levels));
    }

    private void digestInto(byte[] target, int offset) {
        try {
            sha256.digest(target, offset, FsVerity.HASH_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("a SHA-256 digest has 32 bytes", e);
        }
    }

    /**
     * What is known once all data has been seen.
     *
     * @param digest the fs-verity digest of the data
     * @param upperLevels the levels above the leaves, root level first; precede the leaf level in {@code data.verity}
     */
    record Finished(Digest digest, ByteString upperLevels) {}
}
