package dev.lamella.service;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Cursors of lists: the key of the last item, in a form that nobody is tempted to build. */
final class Cursor {

    private static final int CHARS_MAX = 4096;

    private Cursor() {}

    static String of(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    static String key(String cursor) throws ProblemException {
        try {
            if (cursor.length() <= CHARS_MAX) {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor)))
                        .toString();
            }
        } catch (IllegalArgumentException | CharacterCodingException _) {
            // Said below.
        }
        throw ProblemException.badRequest("cursor: not one that this generator gave; begin without a cursor");
    }
}
