package dev.lamella.node;

import java.nio.file.Path;

/** A layer's local image is not what it was when it was made, so it is not mounted. */
public final class DamagedLayerImageException extends NodeException {
    private static final long serialVersionUID = 1L;

    DamagedLayerImageException(Path file, String expected, String actual) {
        super(
                "%s: SHA-256 %s, expected %s: the file was changed on disk and is not mounted; it is made anew from the store"
                        .formatted(file, actual, expected));
    }
}
