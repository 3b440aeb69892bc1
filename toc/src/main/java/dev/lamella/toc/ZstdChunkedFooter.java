package dev.lamella.toc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The end of a zstd:chunked blob: a skippable frame that says what the annotations say too. containers/storage never
 * reads it, and its
 * versions 1.48 to 1.50 wrote one that is a word too short; but a blob without any is not zstd:chunked.
 *
 * @param toc where the compressed TOC lies
 * @param tarSplit where the tar-split data lies; missing in the shorter forms
 */
public record ZstdChunkedFooter(BlobPart toc, Optional<BlobPart> tarSplit) {

    /** The greatest size of the frame: what to keep of a blob's end. */
    public static final int SIZE_BYTES_MAX = 8 + 64;

    /** The least size of the frame. */
    public static final int SIZE_BYTES_MIN = 8 + 40;

    /** The size of a skippable frame's magic number and length. */
    public static final int FRAME_HEADER_BYTES = 8;

    private static final int FRAME_MAGIC = 0x184d2a50;
    private static final int TYPE_CRFS = 1;

    private static final String MAGIC = "GNUlInUx";
    private static final String EARLIER_MAGIC = "GnUlInUx";

    /** A form of the footer: its size, and where the magic number stands in it. */
    private record Form(int sizeBytes, int magicAt) {}

    private static final Form COMPLETE = new Form(64, 56);
    private static final List<Form> FORMS = List.of(COMPLETE, new Form(56, 32), new Form(40, 32));

    /**
     * Reads the footer.
     *
     * @param blobEnd the last bytes of the blob, at least {@link #SIZE_BYTES_MAX} of them unless it has fewer
     * @throws TocException if they are no footer
     */
    public static ZstdChunkedFooter parse(byte[] blobEnd) throws TocException {
        for (Form form : FORMS) {
            int start = blobEnd.length - form.sizeBytes;
            if (start >= FRAME_HEADER_BYTES && isFrameHeader(blobEnd, start - FRAME_HEADER_BYTES, form.sizeBytes)) {
                String magic = new String(blobEnd, start + form.magicAt, MAGIC.length(), StandardCharsets.ISO_8859_1);
                if (magic.equals(MAGIC) || magic.equals(EARLIER_MAGIC)) {
                    return read(ByteBuffer.wrap(blobEnd, start, form.sizeBytes).order(ByteOrder.LITTLE_ENDIAN), form);
                }
            }
        }
        throw new TocException(
                "zstd:chunked footer, the last bytes of the blob",
                "missing: expected a skippable frame with the mark %s".formatted(MAGIC));
    }

    private static ZstdChunkedFooter read(ByteBuffer footer, Form form) throws TocException {
        var toc = new BlobPart(footer.getLong(), footer.getLong(), footer.getLong());
        long type = footer.getLong();
        if (type != TYPE_CRFS) {
            throw new TocException("zstd:chunked footer", "manifest type %d, expected %d".formatted(type, TYPE_CRFS));
        }
        return new ZstdChunkedFooter(
                toc,
                form.equals(COMPLETE)
                        ? Optional.of(new BlobPart(footer.getLong(), footer.getLong(), footer.getLong()))
                        : Optional.empty());
    }

    /**
     * Checks that the footer says what the annotations say.
     *
     * @throws TocException if it does not
     */
    public void requireAgreement(TocClaim.ZstdChunked claim) throws TocException {
        if (!toc.equals(claim.toc())) {
            throw new TocException(
                    "zstd:chunked footer",
                    "it says that the TOC is at %s, but the annotation %s says %s"
                            .formatted(written(toc), TocClaim.ZSTD_CHUNKED_POSITION, written(claim.toc())));
        }
        boolean both = tarSplit.isPresent() && claim.tarSplit().isPresent();
        if (both && !tarSplit.equals(claim.tarSplit())) {
            throw new TocException(
                    "zstd:chunked footer",
                    "it says that the tar-split data is at %s, but the annotation %s says %s"
                            .formatted(
                                    written(tarSplit.get()),
                                    TocClaim.ZSTD_CHUNKED_TAR_SPLIT,
                                    written(claim.tarSplit().get())));
        }
    }

    /**
     * Returns whether the bytes from an offset on are the header of a skippable frame with a payload of so many bytes.
     */
    public static boolean isFrameHeader(byte[] bytes, int offset, long payloadBytes) {
        if (offset < 0 || bytes.length - offset < FRAME_HEADER_BYTES) {
            return false;
        }
        ByteBuffer header = ByteBuffer.wrap(Arrays.copyOfRange(bytes, offset, offset + FRAME_HEADER_BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        return header.getInt() == FRAME_MAGIC && Integer.toUnsignedLong(header.getInt()) == payloadBytes;
    }

    private static String written(BlobPart part) {
        return "%s:%s:%s"
                .formatted(
                        Long.toUnsignedString(part.offset()),
                        Long.toUnsignedString(part.sizeBytes()),
                        Long.toUnsignedString(part.uncompressedSizeBytes()));
    }
}
