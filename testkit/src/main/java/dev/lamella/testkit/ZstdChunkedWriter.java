package dev.lamella.testkit;

import com.github.luben.zstd.Zstd;
import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Writes zstd:chunked blobs as containers/storage does, but for the tar-split data, which is of this project's own
 * making: frames of the tar,
 * then skippable frames with TOC, tar-split data and footer. Blobs of the engine's own making are in the system tests.
 */
public final class ZstdChunkedWriter {

    private static final int PART_BYTES_MAX = 64 * 1024;
    private static final byte[] TAR_SPLIT =
            "{\"type\":2,\"payload\":\"\",\"position\":0}\n".getBytes(StandardCharsets.US_ASCII);

    private final List<TarEntry> entries = new ArrayList<>();
    private UnaryOperator<String> tocChange = toc -> toc;
    private int tocSizeError;

    /** Starts an empty layer. */
    public ZstdChunkedWriter() {}

    /** Adds an entry; one that is a regular file must be padded. */
    public ZstdChunkedWriter add(TarEntry... added) {
        entries.addAll(Arrays.asList(added));
        return this;
    }

    /** Changes the TOC before it is written, so that everything else fits the changed one. */
    public ZstdChunkedWriter toc(UnaryOperator<String> change) {
        tocChange = change;
        return this;
    }

    /** Lets annotation and footer say a wrong uncompressed size of the TOC. */
    public ZstdChunkedWriter tocSizeError(int bytes) {
        tocSizeError = bytes;
        return this;
    }

    /** Returns the blob. */
    public TocBlob build() {
        var toc = new TocJson(false);
        var parted = new PartedTar(Zstd::compress, PART_BYTES_MAX, true, toc);
        entries.forEach(parted::add);
        parted.add(new byte[2 * TarEntry.BLOCK_BYTES]);
        parted.endPiece();
        return finish(parted.blob(), parted.tar(), toc);
    }

    private TocBlob finish(ByteArrayOutputStream blob, byte[] tar, TocJson toc) {
        byte[] tarSplit = Zstd.compress(TAR_SPLIT);
        String json = tocChange.apply(toc.document(",\"tarSplitDigest\":\"%s\"".formatted(Digest.sha256Of(tarSplit))));
        byte[] plain = json.getBytes(StandardCharsets.UTF_8);
        byte[] compressed = Zstd.compress(plain);
        long[] tocPart = {blob.size() + 8, compressed.length, plain.length + tocSizeError, 1};
        blob.writeBytes(skippable(compressed));
        long[] tarSplitPart = {blob.size() + 8, tarSplit.length, TAR_SPLIT.length};
        blob.writeBytes(skippable(tarSplit));
        ByteBuffer footer = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        for (long number : tocPart) {
            footer.putLong(number);
        }
        for (long number : tarSplitPart) {
            footer.putLong(number);
        }
        footer.put("GNUlInUx".getBytes(StandardCharsets.US_ASCII));
        blob.writeBytes(skippable(footer.array()));
        return new TocBlob(
                ByteString.of(blob.toByteArray()),
                ByteString.of(tar),
                json,
                Map.of(
                        TocBlob.CHUNKED_DIGEST,
                        Digest.sha256Of(compressed).toString(),
                        TocBlob.CHUNKED_POSITION,
                        "%d:%d:%d:%d".formatted(tocPart[0], tocPart[1], tocPart[2], tocPart[3]),
                        TocBlob.CHUNKED_TAR_SPLIT,
                        "%d:%d:%d".formatted(tarSplitPart[0], tarSplitPart[1], tarSplitPart[2])));
    }

    /** Returns a skippable frame. */
    public static byte[] skippable(byte[] content) {
        return ByteBuffer.allocate(8 + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x184d2a50)
                .putInt(content.length)
                .put(content)
                .array();
    }
}
