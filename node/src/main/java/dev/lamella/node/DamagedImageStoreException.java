package dev.lamella.node;

import java.nio.file.Path;

/** A list of the image store, or of an engine's own store, cannot be read. */
public final class DamagedImageStoreException extends NodeException {
    private static final long serialVersionUID = 1L;

    DamagedImageStoreException(Path file, String problem) {
        this(file, problem, "restore it, or move the image store away and pull its images again");
    }

    DamagedImageStoreException(Path file, String problem, String remedy) {
        super("%s: %s; %s".formatted(file, problem, remedy));
    }
}
