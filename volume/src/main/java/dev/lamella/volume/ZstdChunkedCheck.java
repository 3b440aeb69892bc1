package dev.lamella.volume;

import dev.lamella.filetree.Digest;
import dev.lamella.tar.EntryListener;
import dev.lamella.toc.TocClaim;
import dev.lamella.toc.TocComparison;
import dev.lamella.toc.TocException;
import dev.lamella.toc.TocLimits;
import dev.lamella.toc.TocReader;
import dev.lamella.toc.ZstdChunkedFooter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Checks a zstd:chunked layer. The annotations say where TOC and tar-split data lie, so that they are taken from the
 * blob as it passes; the
 * decompressor passes over their frames, as they are none of its own.
 */
final class ZstdChunkedCheck implements TocCheck {

    private final TocClaim.ZstdChunked claim;
    private final TocLimits limits;
    private final TocFile file;
    private final LoggedEntries entries;
    private final FrameTap toc;
    private final Optional<FrameTap> tarSplit;
    private final BlobEnd blobEnd = new BlobEnd(ZstdChunkedFooter.SIZE_BYTES_MAX);

    ZstdChunkedCheck(TocClaim.ZstdChunked claim, TocLimits limits, TocFile file, LoggedEntries entries) {
        this.claim = claim;
        this.limits = limits;
        this.file = file;
        this.entries = entries;
        this.toc = new FrameTap("TOC", claim.toc(), file.sink());
        this.tarSplit =
                claim.tarSplit().map(part -> new FrameTap("tar-split data", part, OutputStream.nullOutputStream()));
    }

    @Override
    public BlobTap blob() {
        return (position, bytes, offset, length) -> {
            toc.take(position, bytes, offset, length);
            if (tarSplit.isPresent()) {
                tarSplit.get().take(position, bytes, offset, length);
            }
            blobEnd.take(position, bytes, offset, length);
        };
    }

    @Override
    public EntryListener entries() {
        return entries.log();
    }

    @Override
    public Optional<Digest> finish(BlobPipeline blob, FileSink data) throws IOException {
        if (blob.compression() != Compression.ZSTD) {
            throw new TocException(
                    "annotation " + TocClaim.ZSTD_CHUNKED_DIGEST,
                    "says zstd:chunked, but the blob is " + blob.compression().label());
        }
        ZstdChunkedFooter.parse(blobEnd.bytes()).requireAgreement(claim);
        Digest digest = toc.finish();
        if (!digest.equals(claim.digest())) {
            throw new TocException(
                    "compressed TOC",
                    "its digest is %s, but the annotation %s says %s"
                            .formatted(digest, TocClaim.ZSTD_CHUNKED_DIGEST, claim.digest()));
        }
        try (InputStream json = file.open(claim.toc())) {
            var reader = new TocReader(json, limits);
            entries.requireEqual(new TocComparison(claim, Optional.empty()), reader, true);
            requireTarSplit(reader.tarSplitDigest());
        }
        return Optional.of(claim.digest());
    }

    /** Tar-split data that the TOC does not vouch for is used by nobody. */
    private void requireTarSplit(Optional<Digest> said) throws TocException {
        if (said.isEmpty()) {
            return;
        }
        if (tarSplit.isEmpty()) {
            throw new TocException(
                    "annotation " + TocClaim.ZSTD_CHUNKED_TAR_SPLIT, "missing, though the TOC says a tarSplitDigest");
        }
        Digest digest = tarSplit.get().finish();
        if (!digest.equals(said.get())) {
            throw new TocException(
                    "tar-split data", "its digest is %s, but the TOC says %s".formatted(digest, said.get()));
        }
    }

    @Override
    public void close() throws IOException {
        try (entries) {
            file.close();
        }
    }
}
