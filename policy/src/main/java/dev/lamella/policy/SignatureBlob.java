package dev.lamella.policy;

import dev.lamella.filetree.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * The form in which signatures lie in a lookaside: an OpenPGP message as it is, or a zero byte, the name of a format, a line end and that
 * format.
 */
final class SignatureBlob {

    /** The packets an OpenPGP message with a signature begins with: signature, one-pass signature, compressed data. */
    private static final Set<Integer> OPENPGP_TAGS = Set.of(2, 4, 8);

    private static final int FORMAT_CHARS_MAX = 64;

    private SignatureBlob() {}

    static ImageSignature parse(ByteString blob) throws InvalidSignatureException {
        if (blob.isEmpty()) {
            throw new InvalidSignatureException("empty");
        }
        int first = blob.at(0) & 0xff;
        if (first != 0) {
            return openPgp(blob, first);
        }
        int end = blob.indexOf('\n', 1);
        if (end < 0 || end > FORMAT_CHARS_MAX) {
            throw new InvalidSignatureException("no name of a format in its first line");
        }
        String format = new String(blob.substring(1, end).toByteArray(), StandardCharsets.ISO_8859_1);
        ByteString content = blob.substring(end + 1);
        return switch (format) {
            case "simple-signing" -> new ImageSignature.Simple(content);
            case "sigstore-json" -> sigstore(content);
            default -> throw new InvalidSignatureException("unknown format " + Shown.quoted(format));
        };
    }

    private static ImageSignature openPgp(ByteString blob, int first) throws InvalidSignatureException {
        boolean newForm = (first & 0x40) != 0;
        int tag = newForm ? first & 0x3f : first >> 2 & 0xf;
        if ((first & 0x80) == 0 || !OPENPGP_TAGS.contains(tag)) {
            throw new InvalidSignatureException(
                    "begins with the byte 0x%02x, expected a binary OpenPGP message".formatted(first));
        }
        return new ImageSignature.Simple(blob);
    }

    private static ImageSignature sigstore(ByteString content) throws InvalidSignatureException {
        try {
            StrictJson json =
                    StrictJson.parse(content.toByteArray()).exactly(Set.of("mimeType", "payload", "annotations"));
            Optional<byte[]> payload = base64(json.text("payload"));
            if (payload.isEmpty()) {
                throw json.wrong("payload", "not base64");
            }
            return new ImageSignature.Sigstore(
                    json.text("mimeType"),
                    ByteString.of(payload.get()),
                    json.object("annotations").textsByKey());
        } catch (MalformedJsonException e) {
            throw new InvalidSignatureException(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<byte[]> base64(String text) {
        try {
            return Optional.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
