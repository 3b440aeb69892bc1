package dev.lamella.store;

import dev.lamella.filetree.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The names in a directory store. {@code docs/formats/volume.md} draws the same tree. */
record StoreLayout(Path root) {

    static final String MANIFEST = "manifest";
    static final String CONFIG = "config";
    static final String IMAGE = "image.json";
    static final String LEASE = "lease";
    static final String CONTENT = "content";

    Path version() {
        return root.resolve("store.json");
    }

    Path lock() {
        return root.resolve("store.lock");
    }

    /** Whose turn it is to publish a layer. */
    Path turns() {
        return root.resolve("turns.lock");
    }

    Path drafts() {
        return root.resolve("tmp");
    }

    Path volumes() {
        return root.resolve("volumes");
    }

    Path blobs() {
        return root.resolve("blobs");
    }

    Path tocs() {
        return root.resolve("tocs");
    }

    Path images() {
        return root.resolve("images");
    }

    Path indexes() {
        return root.resolve("indexes");
    }

    Path references() {
        return root.resolve("references");
    }

    Path leases() {
        return root.resolve("leases");
    }

    Path lease(String name) {
        return leases().resolve(name);
    }

    /** What garbage collections remember. */
    Path collection() {
        return root.resolve("gc");
    }

    Path collectionLock() {
        return collection().resolve("lock");
    }

    /** When volumes or images were first found to be needed by nobody. */
    Path noted(Path area) {
        return collection().resolve("noted").resolve(area.getFileName());
    }

    /** What was taken out of its area and is about to be deleted. */
    Path withdrawn(Path area) {
        return collection().resolve("withdrawn").resolve(area.getFileName());
    }

    Path volume(Digest diffId) {
        return place(volumes(), diffId);
    }

    Path blob(Digest blobDigest) {
        return place(blobs(), blobDigest);
    }

    Path toc(Digest tocDigest) {
        return place(tocs(), tocDigest);
    }

    Path image(Digest manifestDigest) {
        return place(images(), manifestDigest);
    }

    Path index(Digest indexDigest) {
        return place(indexes(), indexDigest);
    }

    /** A reference has characters and lengths that file names must not have, so it is named by its hash. */
    Path reference(String reference) {
        return place(references(), Digest.sha256Of(reference.getBytes(StandardCharsets.UTF_8)));
    }

    static Path place(Path area, Digest digest) {
        return area.resolve(digest.algorithm())
                .resolve(digest.hex().substring(0, 2))
                .resolve(digest.hex());
    }
}
