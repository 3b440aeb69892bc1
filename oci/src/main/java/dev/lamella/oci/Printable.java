package dev.lamella.oci;

/** Makes texts of strangers fit for a message or a log: on one line, short, without what could fool a terminal. */
public final class Printable {

    private static final int CHARS_MAX = 200;

    private Printable() {}

    /** Escapes whatever is not printable ASCII, quotation marks and backslashes, and shortens to about 200 characters. */
    public static String of(String text) {
        return of(text, CHARS_MAX);
    }

    /** Does the same with another length. */
    public static String of(String text, int charsMax) {
        var printable = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (printable.length() >= charsMax) {
                return printable.append("...").toString();
            }
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                printable.append('\\').append(c);
            } else if (c >= 0x20 && c < 0x7f) {
                printable.append(c);
            } else {
                printable.append("\\u%04x".formatted((int) c));
            }
        }
        return printable.toString();
    }
}
