package dev.lamella.service;

/** Makes texts of strangers fit for a message or a log. */
final class Printable {

    private static final int CHARS_MAX = 200;

    private Printable() {}

    /** Escapes what could fool a terminal or a log, and shortens. */
    static String of(String text) {
        var printable = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (printable.length() >= CHARS_MAX) {
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
