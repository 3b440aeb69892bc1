package dev.lamella.volume;

import dev.lamella.erofs.ErofsWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Makes the files of a volume from a layer's blob, in one pass: digests, decompression, data file, Merkle tree and
 * the tar's entries at
 * the same time, on two threads, in memory that depends on the number of entries and not on their content.
 */
public final class LayerBuilder {

    /** Writes the index of a layer as EROFS. */
    static final IndexWriter EROFS = ErofsWriter::write;

    private LayerBuilder() {}

    /**
     * Builds a layer. On return {@code data.tar}, {@code index.erofs} and {@code data.verity} are in the directory,
     * complete, checked and
     * synced; on failure they are not. The calling thread may be interrupted, which is an {@link
     * java.io.InterruptedIOException}.
     *
     * @param blob the blob, read to its end by another thread; it is the caller's to close, and closed here only if
     *     building fails
     *     while more of it is to come
     * @param source what manifest and config promise of it
     * @param directory where the files go; it exists and has none of them
     * @param limits how large the layer may become
     * @param listener hears how far it is
     * @return the layer
     * @throws BlobDigestMismatchException if it is another blob; likewise {@link BlobSizeMismatchException}
     * @throws DiffIdMismatchException if its tar is another one
     * @throws UnknownCompressionException if it is neither gzip nor zstd nor a tar
     * @throws CorruptCompressionException if its gzip or zstd is damaged
     * @throws LimitExceededException if it is too large
     * @throws DiskFullException if there is no room
     * @throws dev.lamella.tar.TarFormatException if the tar in it breaks a rule
     * @throws dev.lamella.toc.TocException if a table of contents is claimed and not there, not the one claimed, or says something else than
     *     the tar
     * @throws IOException what reading the blob or writing the files throws
     */
    public static BuiltLayer build(
            InputStream blob, LayerSource source, Path directory, LayerLimits limits, BuildListener listener)
            throws IOException {
        Instant created = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        return new BuiltLayer(new LayerBuild(source, directory, limits, listener, EROFS).run(blob, created));
    }
}
