package dev.lamella.toc;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An annotation that says where a part of the blob lies, in decimal numbers with colons between. */
enum PartAnnotation {
    TOC(TocClaim.ZSTD_CHUNKED_POSITION, "(\\d{1,18}):(\\d{1,18}):(\\d{1,18}):1", "OFFSET:SIZE:UNCOMPRESSED-SIZE:1"),
    TAR_SPLIT(TocClaim.ZSTD_CHUNKED_TAR_SPLIT, "(\\d{1,18}):(\\d{1,18}):(\\d{1,18})", "OFFSET:SIZE:UNCOMPRESSED-SIZE");

    private final String key;
    private final Pattern pattern;
    private final String form;

    PartAnnotation(String key, String pattern, String form) {
        this.key = key;
        this.pattern = Pattern.compile(pattern);
        this.form = form;
    }

    BlobPart read(Map<String, String> annotations, long blobSizeBytes, TocLimits limits) throws TocException {
        String where = "annotation " + key;
        String text = String.valueOf(annotations.get(key));
        Matcher numbers = pattern.matcher(text);
        if (!numbers.matches()) {
            throw new TocException(where, "expected %s, found \"%s\"".formatted(form, TocException.shown(text)));
        }
        var part = new BlobPart(
                Long.parseLong(numbers.group(1)), Long.parseLong(numbers.group(2)), Long.parseLong(numbers.group(3)));
        boolean large = Math.max(part.sizeBytes(), part.uncompressedSizeBytes()) > limits.sizeBytesMax();
        if (this == TOC && large) { // tar-split data is only hashed
            throw new TocLimitException(where, "sizeBytesMax", limits.sizeBytesMax());
        }
        if (part.offset() < ZstdChunkedFooter.FRAME_HEADER_BYTES
                || part.sizeBytes() == 0
                || part.end() > blobSizeBytes - ZstdChunkedFooter.SIZE_BYTES_MIN) {
            throw new TocException(
                    where,
                    "bytes %d to %d, which is not between the first frame and the footer of a blob of %d bytes"
                            .formatted(part.offset(), part.end(), blobSizeBytes));
        }
        return part;
    }
}
