package dev.lamella.store;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.Volume;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where volumes live, with the images made of them. Safe for use by several threads.
 *
 * <p>Every method may throw {@link IOException} when the storage fails; what is read and is not right, or not signed
 * by a trusted key,
 * is a {@link dev.lamella.volume.VolumeException} or a {@link StoreException}. Writing needs a signing key, else
 * {@link ReadOnlyStoreException}; only leases do not.
 */
public interface VolumeStore {

    /** Returns the volume of a layer; its descriptor's signature and its files' sizes have been checked. */
    Optional<Volume> volume(Digest diffId) throws IOException;

    /** Returns the DiffIDs of all volumes, sorted; foreign names are passed over with a warning in the log. */
    List<Digest> volumes() throws IOException;

    /**
     * Waits until no other publisher, of whatever process, works at a blob's layer. Who comes next looks whether it is there now.
     *
     * @return ends the turn; where turns cannot be had, or not in time ({@link StoreLimits}), there is none and the work may be done twice
     */
    Turn turn(Digest blobDigest) throws IOException;

    /** The turn of one publisher. */
    @FunctionalInterface
    interface Turn extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    /** Begins a volume. Several may be begun for the same DiffID at once; the first to be published wins. */
    VolumeDraft newVolume(Digest diffId) throws IOException;

    /**
     * Removes volumes and the records of their blobs, but for those that an image or a lease needs. All images are read for that, once.
     *
     * @throws IOException also if an image cannot be read, as it might need any of them; nothing is removed then
     */
    RemovedVolumes removeVolumes(Collection<Digest> diffIds) throws IOException;

    /** Returns what is known of a blob. The volume it names may be gone: ask {@link #volume} too. */
    Optional<BlobRecord> blob(Digest blobDigest) throws IOException;

    /**
     * Returns what is known of the blob with a table of contents. Several blobs may have the same one; then this is the
     * last that was recorded. As tables of contents are checked against the layer's tar, their volumes hold the same
     * files. The volume it names may be gone: ask {@link #volume} too.
     */
    Optional<BlobRecord> blobOfToc(Digest tocDigest) throws IOException;

    /** Returns what is known of all blobs, in the order of their digests; damaged records are passed over with a warning in the log. */
    List<BlobRecord> blobs() throws IOException;

    /** Keeps what is known of a blob, in place of what was known before. */
    void recordBlob(BlobRecord blob) throws IOException;

    /**
     * Makes an image visible and points a reference at it, away from the image it pointed at before.
     *
     * @param image the image; all its volumes must be there
     * @param reference the normalised reference
     * @return the image as it is kept: that of an earlier publication if there was one
     * @throws VolumeMissingException if a volume is not there, perhaps removed a moment ago
     */
    ImageRecord publishImage(ImageRecord image, String reference) throws IOException;

    /**
     * Returns an image by the digest of its manifest, or by that of an image index it was published through. Of
     * several images of one
     * index, that for this machine's architecture is preferred, then the one whose manifest digest sorts first.
     */
    Optional<ImageRecord> image(Digest manifestOrIndexDigest) throws IOException;

    /** Returns the image a normalised reference points at. */
    Optional<ImageRecord> image(String reference) throws IOException;

    /** Returns all images in the order of their digests; damaged ones are passed over with a warning in the log. */
    List<ImageRecord> images() throws IOException;

    /** Returns the digests of all images' manifests, sorted, whether or not the images can be read. */
    List<Digest> imageDigests() throws IOException;

    /**
     * Returns for all references when each was last pointed at an image, by the SHA-256 of its name: all that changes when a reference
     * does, without reading any.
     */
    Map<Digest, Instant> referenceTimes() throws IOException;

    /** Returns a reference by the SHA-256 of its name. */
    Optional<ReferenceRecord> reference(Digest nameDigest) throws IOException;

    /** Returns the references that point at an image, sorted. For those of many images there is {@link #references()}. */
    List<String> references(Digest manifestDigest) throws IOException;

    /** Returns all references by the image they point at, sorted; damaged ones are passed over with a warning in the log. */
    Map<Digest, List<String>> references() throws IOException;

    /**
     * Removes a reference; the image stays.
     *
     * @return whether there was one
     */
    boolean removeReference(String reference) throws IOException;

    /**
     * Removes an image and all references to it; its volumes stay.
     *
     * @return whether there was one
     */
    boolean removeImage(Digest manifestDigest) throws IOException;

    /**
     * Makes a lease, or renews the one of that name: garbage collections keep what it names until it ends. This needs no signing key, only a store
     * that can be written to; so a service may write one on behalf of a node that cannot. Whoever takes a lease looks afterwards whether
     * what it names is there.
     *
     * @throws LeaseLimitException if it names too much, or would last too long
     */
    Lease putLease(LeaseTerms terms) throws IOException;

    /**
     * Gives a lease up.
     *
     * @return whether there was one
     */
    boolean removeLease(String name) throws IOException;

    /** Returns the leases that run, sorted by name; damaged ones are passed over with a warning in the log. */
    List<Lease> leases() throws IOException;

    /**
     * Removes what dead writers have left behind.
     *
     * @return the names of what was removed
     */
    List<String> cleanUp() throws IOException;
}
