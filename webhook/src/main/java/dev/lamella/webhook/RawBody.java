package dev.lamella.webhook;

import dev.lamella.filetree.Digest;

/** The bytes of a request and what they are as JSON. */
final class RawBody {

    private final byte[] bytes;
    private final PayloadReader reader;

    RawBody(byte[] bytes, PayloadReader reader) {
        this.bytes = bytes;
        this.reader = reader;
    }

    Payload json() throws MalformedPayloadException {
        return reader.read(bytes, "body");
    }

    /** Reads JSON that was wrapped in the body. */
    Payload inner(byte[] json, String name) throws MalformedPayloadException {
        return reader.read(json, name);
    }

    /** Returns the SHA-256 in hexadecimal digits: the ID of a request of a product that has none. */
    String hash() {
        return Digest.sha256Of(bytes).hex();
    }
}
