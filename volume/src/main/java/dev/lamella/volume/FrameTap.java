package dev.lamella.volume;

import dev.lamella.filetree.Digest;
import dev.lamella.toc.BlobPart;
import dev.lamella.toc.TocException;
import dev.lamella.toc.ZstdChunkedFooter;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/**
 * Takes one skippable frame out of a blob that passes: where the frame lies is known before. Its header is kept to be
 * checked, its payload
 * is hashed and passed on.
 */
final class FrameTap implements BlobTap {

    private static final int HEADER_BYTES = ZstdChunkedFooter.FRAME_HEADER_BYTES;

    private final String what;
    private final BlobPart part;
    private final OutputStream payload;
    private final byte[] header = new byte[HEADER_BYTES];
    private final MessageDigest sha256 = Digest.sha256();

    /**
     * Makes a tap.
     *
     * @param what the frame's name in messages
     * @param part where its payload lies
     * @param payload takes the payload
     */
    FrameTap(String what, BlobPart part, OutputStream payload) {
        this.what = what;
        this.part = part;
        this.payload = payload;
    }

    @Override
    public void take(long position, byte[] bytes, int offset, int length) throws IOException {
        long frame = part.offset() - HEADER_BYTES;
        long from = Math.max(position, frame);
        long to = Math.min(position + length, part.end());
        for (long at = from; at < Math.min(to, part.offset()); at++) {
            header[(int) (at - frame)] = bytes[offset + (int) (at - position)];
        }
        long start = Math.max(from, part.offset());
        if (start < to) {
            int at = offset + (int) (start - position);
            sha256.update(bytes, at, (int) (to - start));
            payload.write(bytes, at, (int) (to - start));
        }
    }

    /**
     * Returns the digest of the payload, once the blob has passed.
     *
     * @throws TocException if there is no such frame
     */
    Digest finish() throws TocException {
        if (!ZstdChunkedFooter.isFrameHeader(header, 0, part.sizeBytes())) {
            throw new TocException(
                    what + " at blob offset " + part.offset(),
                    "expected a skippable frame with %d bytes of content there, and found none"
                            .formatted(part.sizeBytes()));
        }
        return Digest.ofSha256(sha256.digest());
    }
}
