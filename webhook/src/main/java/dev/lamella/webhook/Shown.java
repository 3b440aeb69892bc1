package dev.lamella.webhook;

/** Texts of a sender as they may stand in a message: on one line, short, in quotation marks, without what could fool a terminal. */
final class Shown {

    private static final int CHARS_MAX = 120;

    private Shown() {}

    static String of(String text) {
        var shown = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            if (shown.length() > CHARS_MAX) {
                return shown.append("...\"").toString();
            }
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                shown.append('\\').append(c);
            } else if (c >= 0x20 && c < 0x7f) {
                shown.append(c);
            } else {
                shown.append("\\u%04x".formatted((int) c));
            }
        }
        return shown.append('"').toString();
    }
}
