package dev.lamella.jobs;

/** What texts must be to be kept. */
final class Texts {

    private Texts() {}

    /**
     * Checks a short text.
     *
     * @throws IllegalArgumentException if it is empty, too long, or has control characters (PostgreSQL keeps no NUL)
     */
    static void check(String name, String text, int lengthMax) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException(name + " is empty");
        }
        if (text.length() > lengthMax) {
            throw new IllegalArgumentException(
                    "%s has %d characters, at most %d are allowed".formatted(name, text.length(), lengthMax));
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(name + " has control characters");
        }
    }

    /** Returns a text of somebody else's making as it can be kept: control characters replaced, cut when too long. */
    static String keepable(String text, int lengthMax) {
        var kept = new StringBuilder(Math.min(text.length(), lengthMax));
        text.codePoints().forEach(c -> {
            if (kept.length() < lengthMax - 1) {
                kept.appendCodePoint(c == '\n' || !Character.isISOControl(c) ? c : ' ');
            }
        });
        return kept.toString();
    }
}
