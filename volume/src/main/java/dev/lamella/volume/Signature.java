package dev.lamella.volume;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * An Ed25519 signature and the key it is by. Written as {@code <key id> <base64>}; every signature has exactly one
 * written form.
 *
 * @param keyId the key's identifier: SHA-256 of its SubjectPublicKeyInfo, 64 hexadecimal digits
 * @param base64 the 64 bytes of the signature
 */
public record Signature(String keyId, String base64) {

    private static final Pattern KEY_ID = Pattern.compile("[0-9a-f]{64}");
    private static final int SIGNATURE_BYTES = 64;
    private static final int BASE64_CHARACTERS = 88;
    private static final String HEADER = "lamella-signature 1 ";
    private static final int FILE_BYTES = HEADER.length() + 64 + 1 + BASE64_CHARACTERS + 1;

    static Signature of(String keyId, byte[] signature) {
        return new Signature(keyId, Base64.getEncoder().encodeToString(signature));
    }

    byte[] bytes() {
        return Base64.getDecoder().decode(base64);
    }

    /** Returns the written form, 153 characters. */
    @Override
    public String toString() {
        return keyId + " " + base64;
    }

    /**
     * Reads the written form.
     *
     * @param file names the place in messages
     */
    public static Signature parse(String text, String file) throws MalformedSignatureException {
        int space = text.indexOf(' ');
        if (space < 0 || !KEY_ID.matcher(text.substring(0, space)).matches()) {
            throw new MalformedSignatureException(file, "expected 64 hexadecimal digits naming the key, then a space");
        }
        String base64 = text.substring(space + 1);
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            // The decoder lets unused bits of the last digit pass; encoding again shows them.
            if (bytes.length == SIGNATURE_BYTES
                    && Base64.getEncoder().encodeToString(bytes).equals(base64)) {
                return new Signature(text.substring(0, space), base64);
            }
        } catch (IllegalArgumentException _) {
            // Falls through to the message below.
        }
        throw new MalformedSignatureException(file, "expected 64 bytes in canonical base64");
    }

    /** Returns the content of a detached signature file: one line. */
    public byte[] toFile() {
        return (HEADER + this + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads a detached signature file.
     *
     * @param content the file's bytes
     * @param file the file's name in messages
     */
    public static Signature parseFile(byte[] content, String file) throws MalformedSignatureException {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        if (content.length != FILE_BYTES || !text.startsWith(HEADER) || !text.endsWith("\n")) {
            throw new MalformedSignatureException(
                    file, "expected one line of %d bytes that begins \"%s\"".formatted(FILE_BYTES, HEADER.strip()));
        }
        return parse(text.substring(HEADER.length(), text.length() - 1), file);
    }
}
