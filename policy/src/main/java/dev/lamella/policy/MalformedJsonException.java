package dev.lamella.policy;

/** A text is not the JSON that was expected. The message says where in it and what is wrong. */
final class MalformedJsonException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedJsonException(String message) {
        super(message);
    }
}
