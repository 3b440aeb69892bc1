package dev.lamella.policy;

/** A signature does not count. The message says why, in one line. */
final class InvalidSignatureException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidSignatureException(String message) {
        super(message);
    }
}
