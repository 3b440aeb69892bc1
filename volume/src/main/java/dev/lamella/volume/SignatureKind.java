package dev.lamella.volume;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a signature is for. Part of the signed bytes, so that a signature made for one kind of document never passes
 * for another.
 */
public enum SignatureKind {
    /** A volume's descriptor. */
    VOLUME,
    /** A record that a blob holds a layer. */
    BLOB,
    /** A record that a blob with a table of contents holds a layer. */
    TOC,
    /** A record of an image and its layers. */
    IMAGE,
    /** A record that an image index holds an image. */
    INDEX,
    /** A record of the image a reference points at. */
    REFERENCE;

    /** Returns what is signed: a line of ASCII that names format, version and kind, and then the payload. */
    byte[] message(byte[] payload) {
        byte[] prefix =
                ("lamella-signature 1 " + name().toLowerCase(Locale.ROOT) + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] message = Arrays.copyOf(prefix, prefix.length + payload.length);
        System.arraycopy(payload, 0, message, prefix.length, payload.length);
        return message;
    }
}
