package dev.lamella.webhook;

import dev.lamella.oci.Printable;

/** Texts of a sender as they may stand in a message: on one line, short, in quotation marks, without what could fool a terminal. */
final class Shown {

    private static final int CHARS_MAX = 120;

    private Shown() {}

    static String of(String text) {
        return '"' + Printable.of(text, CHARS_MAX) + '"';
    }
}
