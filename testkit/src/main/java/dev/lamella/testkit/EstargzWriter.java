package dev.lamella.testkit;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Writes eStargz blobs: a gzip member for each file's content, or part of it, one for the TOC, and the footer.
 *
 * <p>containers/storage of Podman 5.4 accepts them, which a system test shows.
 *
 * @see <a href="https://github.com/containerd/stargz-snapshotter/blob/main/docs/estargz.md">eStargz</a>
 */
public final class EstargzWriter {

    private static final int PART_BYTES_MAX = 4 << 20;

    private final List<TarEntry> entries = new ArrayList<>();
    private int partBytesMax = PART_BYTES_MAX;
    private UnaryOperator<String> tocChange = toc -> toc;
    private String tocName = "stargz.index.json";

    /** Starts an empty layer. */
    public EstargzWriter() {}

    /** Adds an entry; one that is a regular file must be padded. */
    public EstargzWriter add(TarEntry... added) {
        entries.addAll(Arrays.asList(added));
        return this;
    }

    /** Cuts larger files into parts of this size. */
    public EstargzWriter partBytesMax(int value) {
        partBytesMax = value;
        return this;
    }

    /** Changes the TOC before it is written, so that everything else fits the changed one. */
    public EstargzWriter toc(UnaryOperator<String> change) {
        tocChange = change;
        return this;
    }

    /** Gives the TOC's file another name. */
    public EstargzWriter tocName(String value) {
        tocName = value;
        return this;
    }

    /** Returns the blob. */
    public TocBlob build() {
        var toc = new TocJson(true);
        var parted = new PartedTar(EstargzWriter::gzip, partBytesMax, false, toc);
        entries.forEach(parted::add);
        parted.endPiece();
        ByteArrayOutputStream blob = parted.blob();
        int tocAt = blob.size();
        String json = tocChange.apply(toc.document(""));
        parted.add(new TarBytes().add(TarEntry.file(tocName, json).mode(0)).end());
        parted.endPiece();
        blob.writeBytes(footer(tocAt));
        return new TocBlob(
                ByteString.of(blob.toByteArray()),
                ByteString.of(parted.tar()),
                json,
                Map.of(
                        TocBlob.ESTARGZ_DIGEST,
                        Digest.sha256Of(json.getBytes(StandardCharsets.UTF_8)).toString()));
    }

    private static byte[] gzip(byte[] content) {
        return OciImages.compress(content, OciImages.Compression.GZIP);
    }

    /** Returns the footer for a TOC at an offset: an empty gzip member with an extra field. */
    public static byte[] footer(long tocAt) {
        var footer = new ByteArrayOutputStream();
        footer.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 4, 0, 0, 0, 0, 0, (byte) 0xff, 26, 0, 'S', 'G', 22, 0});
        footer.writeBytes("%016xSTARGZ".formatted(tocAt).getBytes(StandardCharsets.US_ASCII));
        footer.writeBytes(new byte[] {1, 0, 0, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0, 0, 0, 0, 0});
        return footer.toByteArray();
    }
}
