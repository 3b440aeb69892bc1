package dev.lamella.oci;

import java.util.regex.Pattern;

/**
 * A pattern of repositories, matched with registry and repository and without tag and digest: {@code quay.io/team/*}. {@code *} stands for
 * any characters but the slash, {@code **} for any characters.
 *
 * @param text the pattern as it was written
 * @param expression the same as a regular expression
 */
public record ReferencePattern(String text, Pattern expression) {

    private static final int CHARS_MAX = 512;

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException if it is empty, too long, or has characters that no repository has
     */
    public static ReferencePattern parse(String text) {
        if (text.isEmpty() || text.length() > CHARS_MAX || !text.matches("[A-Za-z0-9._:/*\\[\\]-]+")) {
            throw new IllegalArgumentException(
                    "\"%s\": expected REGISTRY/REPOSITORY with * and ** as wild cards, at most %d characters"
                            .formatted(text, CHARS_MAX));
        }
        var expression = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '*') {
                expression.append(Pattern.quote(text.substring(i, i + 1)));
            } else if (text.startsWith("**", i)) {
                expression.append(".*");
                i++;
            } else {
                expression.append("[^/]*");
            }
        }
        return new ReferencePattern(text, Pattern.compile(expression.toString()));
    }

    /** Returns whether a reference's repository is meant. */
    public boolean matches(Reference reference) {
        return expression.matcher(reference.name()).matches();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReferencePattern that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
