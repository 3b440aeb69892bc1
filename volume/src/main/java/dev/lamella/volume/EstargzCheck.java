package dev.lamella.volume;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.tar.EntryListener;
import dev.lamella.tar.TarEntry;
import dev.lamella.toc.EstargzFooter;
import dev.lamella.toc.TocClaim;
import dev.lamella.toc.TocComparison;
import dev.lamella.toc.TocException;
import dev.lamella.toc.TocLimitException;
import dev.lamella.toc.TocLimits;
import dev.lamella.toc.TocReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.Optional;

/**
 * Checks an eStargz layer. Its TOC is the last file of the tar, so nothing has to be kept of the blob but its footer:
 * the JSON is read
 * from the data file, which has it by then.
 */
final class EstargzCheck implements TocCheck {

    private static final ByteString TOC_NAME = ByteString.utf8(EstargzFooter.TOC_NAME);
    private static final int BUFFER_BYTES = 64 * 1024;

    private final TocClaim.Estargz claim;
    private final long blobSizeBytes;
    private final TocLimits limits;
    private final BlobEnd blobEnd = new BlobEnd(EstargzFooter.SIZE_BYTES);
    private final LoggedEntries entries;

    EstargzCheck(TocClaim.Estargz claim, long blobSizeBytes, TocLimits limits, LoggedEntries entries) {
        this.claim = claim;
        this.blobSizeBytes = blobSizeBytes;
        this.limits = limits;
        this.entries = entries;
    }

    @Override
    public BlobTap blob() {
        return blobEnd;
    }

    @Override
    public EntryListener entries() {
        return entries.log();
    }

    @Override
    public Optional<Digest> finish(BlobPipeline blob, FileSink data) throws IOException {
        if (blob.compression() != Compression.GZIP) {
            throw new TocException(
                    "annotation " + TocClaim.ESTARGZ_DIGEST,
                    "says eStargz, which is gzip, but the blob is "
                            + blob.compression().label());
        }
        EstargzFooter footer = EstargzFooter.parse(blobEnd.bytes(), blobSizeBytes);
        TarEntry toc = requireToc(entries);
        GzipMembers.Start member = blob.gzipMembers().beforeLast();
        boolean atFooter = blob.gzipMembers().last().blobOffset() == blobSizeBytes - EstargzFooter.SIZE_BYTES;
        if (!atFooter || member.blobOffset() != footer.tocOffset() || member.dataOffset() != toc.headerOffset()) {
            throw new TocException(
                    "eStargz footer",
                    ("it says that the gzip member of the TOC begins at blob offset %d; the last member before the footer begins at %d,"
                                    + " with byte %d of the tar, and the TOC's entry is at byte %d")
                            .formatted(
                                    footer.tocOffset(), member.blobOffset(), member.dataOffset(), toc.headerOffset()));
        }
        data.flush();
        requireEqual(claim, data.channel(), entries, limits);
        return Optional.of(claim.digest());
    }

    /**
     * Requires that a tar's last entry is the TOC claimed, and says what the other entries say.
     *
     * @param data the tar
     * @param entries its entries
     */
    static void requireEqual(TocClaim.Estargz claim, FileChannel data, LoggedEntries entries, TocLimits limits)
            throws IOException {
        TarEntry toc = requireToc(entries);
        if (toc.sizeBytes() > limits.sizeBytesMax()) {
            throw new TocLimitException(EstargzFooter.TOC_NAME, "sizeBytesMax", limits.sizeBytesMax());
        }
        if (!toc.content().equals(Optional.of(claim.digest()))) {
            throw new TocException(
                    EstargzFooter.TOC_NAME,
                    "its digest is %s, but the annotation %s says %s"
                            .formatted(
                                    toc.content().map(Digest::toString).orElse("unknown"),
                                    TocClaim.ESTARGZ_DIGEST,
                                    claim.digest()));
        }
        try (InputStream json =
                new BufferedInputStream(new FileRange(data, toc.bodyOffset(), toc.sizeBytes()), BUFFER_BYTES)) {
            var comparison = new TocComparison(claim, Optional.of(new FileContent(data)));
            entries.requireEqual(comparison, new TocReader(json, limits), false);
        }
    }

    private static TarEntry requireToc(LoggedEntries entries) throws TocException {
        Optional<TarEntry> last = entries.last();
        if (last.isEmpty() || last.get().type() != '0' || !last.get().name().equals(TOC_NAME)) {
            throw new TocException(
                    EstargzFooter.TOC_NAME,
                    "missing: an eStargz layer has it as the last file of its tar, and this one ends with %s"
                            .formatted(last.map(entry -> "\"" + entry.name() + "\"")
                                    .orElse("nothing")));
        }
        return last.get();
    }

    @Override
    public void close() throws IOException {
        entries.close();
    }
}
