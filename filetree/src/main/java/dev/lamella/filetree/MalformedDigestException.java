package dev.lamella.filetree;

/** A text that should be a {@link Digest} is not one. */
public final class MalformedDigestException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN_CHARACTERS_MAX = 160;

    MalformedDigestException(String text, String reason) {
        super("malformed digest \"%s\": %s".formatted(shorten(text), reason));
    }

    private static String shorten(String text) {
        String shown = ByteString.utf8(text).toString();
        return shown.length() <= SHOWN_CHARACTERS_MAX ? shown : shown.substring(0, SHOWN_CHARACTERS_MAX) + "...";
    }
}
