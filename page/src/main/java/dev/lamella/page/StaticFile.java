package dev.lamella.page;

/** One of the files that pages refer to. Immutable, safe for any thread. */
public final class StaticFile {

    private final String plainName;
    private final String name;
    private final String contentType;
    private final byte[] content;

    StaticFile(String plainName, String name, String contentType, byte[] content) {
        this.plainName = plainName;
        this.name = name;
        this.contentType = contentType;
        this.content = content;
    }

    String plainName() {
        return plainName;
    }

    /** Returns the name with a part of its hash, the last part of its path. */
    public String name() {
        return name;
    }

    /** Returns the header {@code Content-Type} to send with it. */
    public String contentType() {
        return contentType;
    }

    /** Returns a copy of its bytes. */
    public byte[] content() {
        return content.clone();
    }
}
