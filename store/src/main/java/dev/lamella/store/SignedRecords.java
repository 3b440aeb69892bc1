package dev.lamella.store;

import dev.lamella.volume.MalformedSignatureException;
import dev.lamella.volume.Signature;
import dev.lamella.volume.SignatureKind;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.StrictJson;
import dev.lamella.volume.TrustedKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Small signed files: a first line {@code lamella-signed-record 1 <key id> <base64 signature>}, then the JSON
 * document that is signed.
 */
final class SignedRecords {

    /** The greatest size of a record, in bytes. */
    static final int SIZE_BYTES_MAX = 1 << 20;

    private static final String HEADER = "lamella-signed-record 1 ";
    private static final int FIRST_LINE_BYTES_MAX = 256;

    private SignedRecords() {}

    static byte[] sign(SigningKey key, SignatureKind kind, byte[] payload) {
        var record = new ByteArrayOutputStream(payload.length + FIRST_LINE_BYTES_MAX);
        record.writeBytes((HEADER + key.sign(kind, payload) + "\n").getBytes(StandardCharsets.US_ASCII));
        record.writeBytes(payload);
        return record.toByteArray();
    }

    /** Reads a record file and checks its signature. */
    static StrictJson read(Path file, SignatureKind kind, TrustedKeys trusted) throws IOException {
        return parse(readAll(file), kind, trusted, file.toString());
    }

    /** Reads what a record says of itself, whoever signed it: good enough to find records that speak of nothing. */
    static StrictJson readUnchecked(Path file) throws IOException {
        return split(readAll(file), file.toString()).json(file.toString());
    }

    private static byte[] readAll(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(SIZE_BYTES_MAX + 1);
        }
    }

    private static final class Parts {
        private final String signature;
        private final byte[] payload;

        Parts(String signature, byte[] payload) {
            this.signature = signature;
            this.payload = payload;
        }

        StrictJson json(String file) throws IOException {
            return StrictJson.parse(payload, file, SIZE_BYTES_MAX);
        }
    }

    static StrictJson parse(byte[] content, SignatureKind kind, TrustedKeys trusted, String file) throws IOException {
        Parts parts = split(content, file);
        trusted.verify(kind, parts.payload, Signature.parse(parts.signature, file), file);
        return parts.json(file);
    }

    private static Parts split(byte[] content, String file) throws MalformedSignatureException {
        if (content.length > SIZE_BYTES_MAX) {
            throw new MalformedSignatureException(
                    file, "a signed record of more than %d bytes".formatted(SIZE_BYTES_MAX));
        }
        int lineEnd = 0;
        while (lineEnd < Math.min(content.length, FIRST_LINE_BYTES_MAX) && content[lineEnd] != '\n') {
            lineEnd++;
        }
        String line = new String(content, 0, lineEnd, StandardCharsets.ISO_8859_1);
        if (lineEnd == content.length || lineEnd == FIRST_LINE_BYTES_MAX || !line.startsWith(HEADER)) {
            throw new MalformedSignatureException(
                    file, "expected a first line that begins \"%s\"".formatted(HEADER.strip()));
        }
        return new Parts(line.substring(HEADER.length()), Arrays.copyOfRange(content, lineEnd + 1, content.length));
    }
}
