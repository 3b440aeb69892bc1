package dev.lamella.policy;

import dev.lamella.filetree.ByteString;

/** Makes what strangers wrote fit for a message. */
final class Shown {

    private static final int CHARS_MAX = 200;

    private Shown() {}

    /** Returns a text in quotes, on one line, escaped and short. */
    static String quoted(String text) {
        String shown = ByteString.utf8(text).toString();
        return '"' + (shown.length() > CHARS_MAX ? shown.substring(0, CHARS_MAX) + "..." : shown) + '"';
    }
}
