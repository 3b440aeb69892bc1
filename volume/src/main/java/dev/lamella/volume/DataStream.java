package dev.lamella.volume;

import dev.lamella.filetree.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The uncompressed tar on its way from the pipeline to the tar reader: each buffer is hashed, added to the Merkle
 * tree and written
 * to the data file before the reader sees it. For one thread.
 */
final class DataStream extends InputStream {

    private static final long SPACE_CHECK_BYTES = 64L << 20;

    private final BlobPipeline pipeline;
    private final FileSink data;
    private final MerkleTreeBuilder tree;
    private final LayerLimits limits;
    private final BuildListener listener;
    private final MessageDigest sha256 = Digest.sha256();
    private BlobPipeline.@Nullable Chunk chunk;
    private int position;
    private long nextSpaceCheck;

    DataStream(
            BlobPipeline pipeline, FileSink data, MerkleTreeBuilder tree, LayerLimits limits, BuildListener listener) {
        this.pipeline = pipeline;
        this.data = data;
        this.tree = tree;
        this.limits = limits;
        this.listener = listener;
    }

    /** Returns the SHA-256 of all that was read. */
    Digest digest() {
        return Digest.ofSha256(sha256.digest());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        BlobPipeline.Chunk current = chunk;
        if (current == null) {
            Optional<BlobPipeline.Chunk> next = pipeline.next();
            if (next.isEmpty()) {
                return -1;
            }
            current = next.get();
            chunk = current;
            position = 0;
            take(current);
        }
        int count = Math.min(length, current.length() - position);
        System.arraycopy(current.bytes(), position, target, offset, count);
        position += count;
        if (position == current.length()) {
            chunk = null;
            pipeline.recycle(current);
        }
        return count;
    }

    private void take(BlobPipeline.Chunk taken) throws IOException {
        if (data.written() >= nextSpaceCheck) {
            DurableFiles.requireFree(data.file(), limits.freeSpaceFloorBytes());
            nextSpaceCheck = data.written() + SPACE_CHECK_BYTES;
        }
        data.write(taken.bytes(), 0, taken.length());
        sha256.update(taken.bytes(), 0, taken.length());
        tree.update(taken.bytes(), 0, taken.length());
        listener.progress(pipeline.received(), data.written());
    }
}
