package dev.lamella.toc;

import dev.lamella.filetree.ByteString;
import java.io.IOException;

/**
 * A table of contents is not what the manifest, the blob or the tar say it is, or beyond a limit ({@link
 * TocLimitException}).
 */
public sealed class TocException extends IOException permits TocLimitException {

    private static final long serialVersionUID = 1L;
    private static final int SHOWN_CHARACTERS_MAX = 300;

    private final String where;
    private final String reason;

    /**
     * Makes the exception.
     *
     * @param where the annotation, footer, frame or entry that is wrong
     * @param reason what was found and what was expected
     */
    public TocException(String where, String reason) {
        super("table of contents: %s: %s".formatted(where, reason));
        this.where = where;
        this.reason = reason;
    }

    /** Returns the annotation, footer, frame or entry that is wrong. */
    public String where() {
        return where;
    }

    /** Returns what was found and what was expected. */
    public String reason() {
        return reason;
    }

    /** Returns a text from outside on one line, printable and of bounded length. */
    static String shown(String text) {
        String cut = text.length() <= SHOWN_CHARACTERS_MAX ? text : text.substring(0, SHOWN_CHARACTERS_MAX) + "...";
        return ByteString.utf8(cut).toString();
    }
}
