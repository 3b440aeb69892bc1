package dev.lamella.toc;

import dev.lamella.filetree.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Text as Go's JSON encoders write strings of bytes, in which every TOC is written: each byte that is no part of valid
 * UTF-8 becomes one
 * U+FFFD. (Java's own decoder makes one of several.)
 */
final class GoText {

    private static final int CHARACTER_BYTES_MAX = 4;
    private static final char REPLACEMENT = '\ufffd';

    private GoText() {}

    static String decode(ByteString bytes) {
        byte[] all = bytes.toByteArray();
        try {
            return valid(all, 0, all.length);
        } catch (CharacterCodingException _) {
            return replaced(all);
        }
    }

    private static String replaced(byte[] bytes) {
        var text = new StringBuilder();
        for (int at = 0; at < bytes.length; ) {
            int length = 1;
            String character = String.valueOf(REPLACEMENT);
            for (int tried = 1; tried <= Math.min(CHARACTER_BYTES_MAX, bytes.length - at); tried++) {
                try {
                    character = valid(bytes, at, tried);
                    length = tried;
                    break;
                } catch (CharacterCodingException _) {
                    // Perhaps a longer one.
                }
            }
            text.append(character);
            at += length;
        }
        return text.toString();
    }

    private static String valid(byte[] bytes, int offset, int length) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes, offset, length))
                .toString();
    }
}
