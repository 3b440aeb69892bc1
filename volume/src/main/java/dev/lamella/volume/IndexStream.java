package dev.lamella.volume;

import dev.lamella.filetree.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Passes an index on, hashed and held to a size. For one thread. */
final class IndexStream extends OutputStream {

    private final OutputStream out;
    private final long sizeBytesMax;
    private final MessageDigest sha256 = Digest.sha256();
    private final MerkleTreeBuilder tree = new MerkleTreeBuilder(OutputStream.nullOutputStream());
    private long sizeBytes;

    IndexStream(OutputStream out, long sizeBytesMax) {
        this.out = out;
        this.sizeBytesMax = sizeBytesMax;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        sizeBytes += length;
        if (sizeBytes > sizeBytesMax) {
            throw new LimitExceededException("indexSizeBytesMax", sizeBytesMax, sizeBytes);
        }
        sha256.update(bytes, offset, length);
        tree.update(bytes, offset, length);
        out.write(bytes, offset, length);
    }

    /** Returns size and digests of what went by. */
    VolumeDescriptor.Index finish() throws IOException {
        return new VolumeDescriptor.Index(
                sizeBytes, Digest.ofSha256(sha256.digest()), tree.finish().digest());
    }
}
