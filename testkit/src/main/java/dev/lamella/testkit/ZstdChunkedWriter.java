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
        var blob = new ByteArrayOutputStream();
        var tar = new ByteArrayOutputStream();
        var frame = new ByteArrayOutputStream();
        var toc = new TocJson(false);
        for (TarEntry entry : entries) {
            byte[] bytes = entry.toByteArray();
            EntryFacts facts = entry.facts();
            byte[] content = facts.content();
            tar.writeBytes(bytes);
            int bodyAt = bytes.length - facts.paddedBytes();
            frame.writeBytes(Arrays.copyOf(bytes, bodyAt));
            var parts = new ArrayList<TocJson.Part>();
            for (int at = 0; at < content.length; at += PART_BYTES_MAX) {
                endFrame(frame, blob);
                byte[] part = Arrays.copyOfRange(content, at, Math.min(at + PART_BYTES_MAX, content.length));
                parts.add(new TocJson.Part(blob.size(), at, ByteString.of(part)));
                frame.writeBytes(part);
            }
            endFrame(frame, blob);
            frame.writeBytes(Arrays.copyOfRange(bytes, bodyAt + content.length, bytes.length));
            toc.add(facts, parts);
        }
        byte[] end = new byte[2 * TarEntry.BLOCK_BYTES];
        tar.writeBytes(end);
        frame.writeBytes(end);
        endFrame(frame, blob);
        return finish(blob, tar.toByteArray(), toc);
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

    private static void endFrame(ByteArrayOutputStream frame, ByteArrayOutputStream blob) {
        if (frame.size() > 0) {
            blob.writeBytes(Zstd.compress(frame.toByteArray()));
            frame.reset();
        }
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
