package dev.lamella.service;

import dev.lamella.oci.Printable;
import java.util.regex.Pattern;

/** A pattern of tags: {@code *} stands for any characters, {@code ?} for one. Matches in time of pattern times tag, whatever they are. */
record TagGlob(String pattern) {

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._*?-]{1,128}");

    static TagGlob parse(String text) throws ProblemException {
        if (!ALLOWED.matcher(text).matches()) {
            throw ProblemException.badRequest("tags: \"%s\", expected a pattern of at most 128 of A-Z a-z 0-9 . _ - * ?"
                    .formatted(Printable.of(text)));
        }
        return new TagGlob(text);
    }

    boolean matches(String tag) {
        int at = 0;
        int star = -1;
        int resume = 0;
        for (int i = 0; i < tag.length(); ) {
            char wanted = at < pattern.length() ? pattern.charAt(at) : '\0';
            if (wanted == '*') {
                star = at++;
                resume = i;
            } else if (wanted == '?' || wanted == tag.charAt(i)) {
                at++;
                i++;
            } else if (star >= 0) {
                // The last star takes one more.
                at = star + 1;
                i = ++resume;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }
}
