package dev.lamella.node;

/** This machine cannot mount EROFS images in the way asked for. */
public final class MountUnavailableException extends NodeException {
    private static final long serialVersionUID = 1L;

    MountUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
