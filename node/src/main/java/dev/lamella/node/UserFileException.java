package dev.lamella.node;

import java.nio.file.Path;

/** A user's file cannot be read, or must not be. The message says nothing of what it holds. */
public final class UserFileException extends NodeException {
    private static final long serialVersionUID = 1L;

    UserFileException(Path file, String problem) {
        super("%s: %s".formatted(file, problem));
    }
}
