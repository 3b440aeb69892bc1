package dev.lamella.door;

import java.io.IOException;

/** A request that cannot be made or answered; the message says what is wrong and what to do. */
public abstract sealed class DoorException extends IOException permits BadRequestException, NodeUnavailableException {

    private static final long serialVersionUID = 1;

    DoorException(String message) {
        super(message);
    }

    DoorException(String message, Throwable cause) {
        super(message, cause);
    }
}
