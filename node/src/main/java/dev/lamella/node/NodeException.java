package dev.lamella.node;

import java.io.IOException;

/** The node cannot do what was asked; the message says what is wrong, where, and what to do. */
public sealed class NodeException extends IOException
        permits DamagedLayerImageException,
                DamagedImageStoreException,
                MountUnavailableException,
                LayerInUseException,
                UserFileException {
    private static final long serialVersionUID = 1L;

    NodeException(String message) {
        super(message);
    }

    NodeException(String message, Throwable cause) {
        super(message, cause);
    }
}
