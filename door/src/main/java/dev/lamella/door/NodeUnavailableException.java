package dev.lamella.door;

/** The node does not answer: it is not running, or hangs, or is of another version. */
public final class NodeUnavailableException extends DoorException {

    private static final long serialVersionUID = 1;

    NodeUnavailableException(String message) {
        super(message);
    }

    NodeUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
