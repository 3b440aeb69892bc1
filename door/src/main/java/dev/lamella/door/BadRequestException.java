package dev.lamella.door;

/** A request to the node's API that is not of the form the API has. */
final class BadRequestException extends DoorException {

    private static final long serialVersionUID = 1;

    BadRequestException(String message) {
        super(message);
    }
}
