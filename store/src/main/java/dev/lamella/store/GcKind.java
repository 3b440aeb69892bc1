package dev.lamella.store;

/** What a garbage collection looks at. */
public enum GcKind {
    /** An image: manifest, config and record. */
    IMAGE("image"),
    /** A layer volume. */
    VOLUME("layer"),
    /** The record that a blob holds a layer. */
    BLOB_RECORD("blob record"),
    /** The record that a blob with a table of contents holds a layer. */
    TOC_RECORD("TOC record"),
    /** An image index, or the record that one holds an image. */
    INDEX_RECORD("index record"),
    /** A lease. */
    LEASE("lease"),
    /** What a writer that died has left behind. */
    DRAFT("draft");

    private final String noun;

    GcKind(String noun) {
        this.noun = noun;
    }

    /** Returns the word for people, in the singular. */
    public String noun() {
        return noun;
    }
}
