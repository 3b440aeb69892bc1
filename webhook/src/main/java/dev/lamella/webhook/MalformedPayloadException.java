package dev.lamella.webhook;

/** A document of a registry, or of an issuer of tokens, is not as its product documents it. */
public final class MalformedPayloadException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;
    private final String where;

    MalformedPayloadException(String where, String reason) {
        super(where + ": " + reason);
        this.where = where;
        this.reason = reason;
    }

    /** Returns what is wrong and what was expected, on one line, short, printable. */
    public String reason() {
        return reason;
    }

    /** Returns the field, the header or the part of the request that is wrong. */
    public String where() {
        return where;
    }
}
