package dev.lamella.testkit;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A layer's blob with a table of contents.
 *
 * @param blob the blob
 * @param tar the uncompressed tar
 * @param toc the JSON of the table of contents
 * @param annotations those of the layer's descriptor
 */
public record TocBlob(ByteString blob, ByteString tar, String toc, Map<String, String> annotations) {

    /** The annotation with the digest of an eStargz TOC. */
    public static final String ESTARGZ_DIGEST = "containerd.io/snapshot/stargz/toc.digest";

    /** The annotation with the digest of a zstd:chunked TOC. */
    public static final String CHUNKED_DIGEST = "io.github.containers.zstd-chunked.manifest-checksum";

    /** The annotation that says where a zstd:chunked TOC lies. */
    public static final String CHUNKED_POSITION = "io.github.containers.zstd-chunked.manifest-position";

    /** The annotation that says where the tar-split data lies. */
    public static final String CHUNKED_TAR_SPLIT = "io.github.containers.zstd-chunked.tarsplit-position";

    /** Copies the map. */
    public TocBlob {
        annotations = Map.copyOf(annotations);
    }

    /** Returns the DiffID. */
    public Digest diffId() {
        return Digest.sha256Of(tar.toByteArray());
    }

    /** Returns the TOC digest, as the annotations say it. */
    public Digest tocDigest() {
        String estargz = annotations.get(ESTARGZ_DIGEST);
        return Digest.parse(estargz == null ? String.valueOf(annotations.get(CHUNKED_DIGEST)) : estargz);
    }

    /** Returns the annotations as the inside of a JSON object. */
    public String annotationsJson() {
        return new TreeMap<>(annotations)
                .entrySet().stream()
                        .map(entry -> "\"%s\":\"%s\"".formatted(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining(","));
    }

    /** Returns the same with one annotation changed. */
    public TocBlob withAnnotation(String key, String value) {
        var changed = new TreeMap<>(annotations);
        changed.put(key, value);
        return new TocBlob(blob, tar, toc, changed);
    }

    /** Returns the same without an annotation. */
    public TocBlob withoutAnnotation(String key) {
        var changed = new TreeMap<>(annotations);
        changed.remove(key);
        return new TocBlob(blob, tar, toc, changed);
    }

    /** Returns the same with another blob, whose tar stays the same. */
    public TocBlob withBlob(UnaryOperator<byte[]> change) {
        return new TocBlob(ByteString.of(change.apply(blob.toByteArray())), tar, toc, annotations);
    }
}
