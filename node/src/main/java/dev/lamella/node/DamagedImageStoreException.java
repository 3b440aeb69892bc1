package dev.lamella.node;

import java.nio.file.Path;

/** A list of the image store cannot be read. */
public final class DamagedImageStoreException extends NodeException {
    private static final long serialVersionUID = 1L;

    DamagedImageStoreException(Path file, String problem) {
        super("%s: %s; restore it, or move the image store away and pull its images again".formatted(file, problem));
    }
}
