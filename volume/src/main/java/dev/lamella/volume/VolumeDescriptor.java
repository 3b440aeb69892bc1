package dev.lamella.volume;

import dev.lamella.filetree.Digest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a volume says of itself: its {@code volume.json}. Immutable, and never rewritten once signed.
 *
 * @param diffId SHA-256 of the uncompressed tar; the volume's name
 * @param data the data file
 * @param index the index file
 * @param blob the blob the volume was made from
 * @param counts what the layer holds
 * @param created when the volume was made, in whole seconds
 * @param creator which program made it, such as {@code lamella/0.1.0}
 */
public record VolumeDescriptor(
        Digest diffId, Data data, Index index, Blob blob, Counts counts, Instant created, String creator) {

    /** The version of the format written here; readers refuse every other. */
    public static final int FORMAT_VERSION = 1;

    /** The greatest allowed size of a {@code volume.json}, in bytes. */
    public static final int SIZE_BYTES_MAX = 64 * 1024;

    private static final int CREATOR_CHARACTERS_MAX = 200;

    /**
     * The data file.
     *
     * @param sizeBytes its size
     * @param fsVerity its fs-verity digest (SHA-256, 4096-byte blocks, no salt)
     */
    public record Data(long sizeBytes, Digest fsVerity) {}

    /**
     * The index file.
     *
     * @param sizeBytes its size
     * @param sha256 its SHA-256
     * @param fsVerity its fs-verity digest (SHA-256, 4096-byte blocks, no salt)
     */
    public record Index(long sizeBytes, Digest sha256, Digest fsVerity) {}

    /**
     * A blob that holds the layer.
     *
     * @param digest its digest in manifests
     * @param sizeBytes its size
     * @param compression how it is compressed
     * @param tocDigest the digest of its table of contents, for eStargz and zstd:chunked; it was checked that this says what the layer
     *     holds
     */
    public record Blob(Digest digest, long sizeBytes, Compression compression, Optional<Digest> tocDigest) {}

    /**
     * What the layer's tree holds. A file with several names counts once for each of them.
     *
     * @param entries names below the root
     * @param directories directories, the root included
     * @param files regular files
     * @param symlinks symbolic links
     * @param specials devices, FIFOs and sockets, without whiteouts
     * @param whiteouts names this layer takes away from those below
     */
    public record Counts(long entries, long directories, long files, long symlinks, long specials, long whiteouts) {}

    /** Checks the algorithm of the DiffID. */
    public VolumeDescriptor {
        if (!diffId.algorithm().equals(Digest.SHA256)) {
            throw new IllegalArgumentException("a volume is named by a sha256 DiffID, not by " + diffId);
        }
    }

    /** Returns the size of the data file, in bytes. */
    public long dataSizeBytes() {
        return data.sizeBytes();
    }

    /** Returns the size of the index file, in bytes. */
    public long indexSizeBytes() {
        return index.sizeBytes();
    }

    /** Returns the SHA-256 of the index file. */
    public Digest indexSha256() {
        return index.sha256();
    }

    /** Returns whether another descriptor is of the same files, whoever made it and from whichever blob. */
    public boolean describesSameFiles(VolumeDescriptor other) {
        return diffId.equals(other.diffId) && data.equals(other.data) && index.equals(other.index);
    }

    /** Returns the bytes of the {@code volume.json}. The same descriptor gives the same bytes. */
    public byte[] toJson() {
        var json = new LinkedHashMap<String, Object>();
        json.put("formatVersion", FORMAT_VERSION);
        json.put("diffId", diffId.toString());
        json.put(
                "data",
                ordered(
                        "sizeBytes",
                        data.sizeBytes(),
                        "fsVerity",
                        data.fsVerity().toString()));
        json.put(
                "index",
                ordered(
                        "sizeBytes", index.sizeBytes(),
                        "sha256", index.sha256().toString(),
                        "fsVerity", index.fsVerity().toString()));
        Map<String, Object> blobJson = ordered(
                "digest", blob.digest().toString(),
                "sizeBytes", blob.sizeBytes(),
                "compression", blob.compression().label());
        blob.tocDigest().ifPresent(toc -> blobJson.put("tocDigest", toc.toString()));
        json.put("blob", blobJson);
        json.put(
                "counts",
                ordered(
                        "entries", counts.entries(),
                        "directories", counts.directories(),
                        "files", counts.files(),
                        "symlinks", counts.symlinks(),
                        "specials", counts.specials(),
                        "whiteouts", counts.whiteouts()));
        json.put("created", created.toString());
        json.put("creator", creator);
        return StrictJson.write(json);
    }

    /**
     * Reads a {@code volume.json}.
     *
     * @param content its bytes; check their signature first
     * @param file the file's name in messages
     * @throws MalformedDocumentException naming the field if anything is not as the format says
     */
    public static VolumeDescriptor parse(byte[] content, String file) throws MalformedDocumentException {
        StrictJson json = StrictJson.parse(content, file, SIZE_BYTES_MAX);
        long version = json.integer("formatVersion", 1, Integer.MAX_VALUE);
        if (version != FORMAT_VERSION) {
            throw json.wrong(
                    "formatVersion",
                    "version %d, this program reads version %d only".formatted(version, FORMAT_VERSION));
        }
        Digest diffId = json.sha256("diffId");
        Data data = parseData(json.object("data"));
        Index index = parseIndex(json.object("index"));
        Blob blob = parseBlob(json.object("blob"));
        Counts counts = parseCounts(json.object("counts"));
        Instant created = json.instant("created");
        String creator = json.string("creator", CREATOR_CHARACTERS_MAX);
        json.end();
        return new VolumeDescriptor(diffId, data, index, blob, counts, created, creator);
    }

    private static Data parseData(StrictJson json) throws MalformedDocumentException {
        var data = new Data(json.integer("sizeBytes", 0, Long.MAX_VALUE), json.sha256("fsVerity"));
        json.end();
        return data;
    }

    private static Index parseIndex(StrictJson json) throws MalformedDocumentException {
        var index =
                new Index(json.integer("sizeBytes", 1, Long.MAX_VALUE), json.sha256("sha256"), json.sha256("fsVerity"));
        json.end();
        return index;
    }

    private static Blob parseBlob(StrictJson json) throws MalformedDocumentException {
        var blob = new Blob(
                json.digest("digest"),
                json.integer("sizeBytes", 0, Long.MAX_VALUE),
                json.compression("compression"),
                json.optionalDigest("tocDigest"));
        json.end();
        return blob;
    }

    private static Counts parseCounts(StrictJson json) throws MalformedDocumentException {
        var counts = new Counts(
                json.integer("entries", 0, Integer.MAX_VALUE),
                json.integer("directories", 1, Integer.MAX_VALUE),
                json.integer("files", 0, Integer.MAX_VALUE),
                json.integer("symlinks", 0, Integer.MAX_VALUE),
                json.integer("specials", 0, Integer.MAX_VALUE),
                json.integer("whiteouts", 0, Integer.MAX_VALUE));
        json.end();
        return counts;
    }

    private static Map<String, Object> ordered(Object... namesAndValues) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
