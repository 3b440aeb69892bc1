package dev.lamella.volume;

import dev.lamella.filetree.Digest;
import dev.lamella.tar.EntryListener;
import dev.lamella.toc.TocClaim;
import dev.lamella.toc.TocException;
import dev.lamella.toc.TocLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Follows a layer that goes by once, and when all of it has passed checks what the manifest claims of its table of
 * contents, which lies at the
 * end of the blob. What has to be kept until then is in temporary files and not in memory.
 */
sealed interface TocCheck extends AutoCloseable permits NoTocCheck, EstargzCheck, ZstdChunkedCheck {

    /** Returns what sees the blob, in the thread that receives it. */
    BlobTap blob();

    /** Returns what hears of the tar's entries. */
    EntryListener entries();

    /**
     * Checks the claim. Call it when the blob has passed and its digest and the DiffID were found right.
     *
     * @param blob the pipeline, at its end
     * @param data the data file, complete
     * @return the TOC digest, if there is a claim
     * @throws TocException if it is not true
     */
    Optional<Digest> finish(BlobPipeline blob, FileSink data) throws IOException;

    /** Removes the temporary files. */
    @Override
    void close() throws IOException;

    /** Returns a check of a layer that is being built in a directory. */
    static TocCheck of(LayerSource source, Path directory, TocLimits limits) throws IOException {
        return switch (source.toc().orElse(null)) {
            case null -> new NoTocCheck();
            case TocClaim.Estargz claim ->
                new EstargzCheck(claim, source.blobSizeBytes(), limits, new LoggedEntries(directory));
            case TocClaim.ZstdChunked claim ->
                new ZstdChunkedCheck(claim, limits, new TocFile(directory), new LoggedEntries(directory));
        };
    }
}
