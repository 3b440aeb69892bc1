package dev.lamella.erofs;

import java.io.IOException;

/** A file tree cannot be written as an EROFS image: something in it is larger than the format allows. */
public final class ErofsTreeException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String path;

    ErofsTreeException(String path, String message) {
        super("%s: %s".formatted(path, message));
        this.path = path;
    }

    /** Returns the path of the node in question, beginning with a slash; escaped where it is not plain text. */
    public String path() {
        return path;
    }
}
