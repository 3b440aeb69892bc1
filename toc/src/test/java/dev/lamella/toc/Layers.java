package dev.lamella.toc;

import dev.lamella.filetree.Digest;
import dev.lamella.tar.LayerReader;
import dev.lamella.tar.TarLimits;
import dev.lamella.testkit.TocBlob;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Compares tables of contents with tars in memory. */
final class Layers {

    private Layers() {}

    /** Holds a TOC against a tar, as the building of a volume does. */
    static void requireEqual(TocClaim claim, byte[] toc, byte[] tar) throws IOException {
        requireEqual(claim, toc, tar, TocLimits.DEFAULT);
    }

    static void requireEqual(TocClaim claim, byte[] toc, byte[] tar, TocLimits limits) throws IOException {
        var out = new ByteArrayOutputStream();
        var log = new EntryLog(out);
        LayerReader.read(new ByteArrayInputStream(tar), OutputStream.nullOutputStream(), TarLimits.DEFAULT, log);
        long entries = log.finish(!(claim instanceof TocClaim.Estargz));
        TarContent content =
                (offset, size) -> Digest.sha256Of(Arrays.copyOfRange(tar, (int) offset, (int) (offset + size)));
        new TocComparison(claim, claim instanceof TocClaim.Estargz ? Optional.of(content) : Optional.empty())
                .requireEqual(
                        new TocReader(new ByteArrayInputStream(toc), limits),
                        new ByteArrayInputStream(out.toByteArray()),
                        entries);
    }

    static void requireEqual(TocBlob blob, String toc) throws IOException {
        TocClaim claim = TocClaim.read(blob.annotations(), blob.blob().length(), TocLimits.DEFAULT)
                .orElseThrow();
        requireEqual(claim, toc.getBytes(StandardCharsets.UTF_8), blob.tar().toByteArray());
    }
}
