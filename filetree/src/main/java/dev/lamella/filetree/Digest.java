package dev.lamella.filetree;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A content digest as the OCI image specification writes it: {@code sha256:} and 64 lower-case hexadecimal digits, or
 * {@code sha512:} and 128.
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex the digest in lower-case hexadecimal digits
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md#digests">OCI image specification,
 *     digests</a>
 */
public record Digest(String algorithm, String hex) implements Comparable<Digest> {

    /** The name of the algorithm of DiffIDs and volumes. */
    public static final String SHA256 = "sha256";

    private static final String SHA512 = "sha512";

    /** Checks the form; see {@link #parse}. */
    public Digest {
        int length = switch (algorithm) {
            case SHA256 -> 64;
            case SHA512 -> 128;
            default -> throw new MalformedDigestException(algorithm + ":" + hex, "unknown algorithm");
        };
        if (hex.length() != length) {
            throw new MalformedDigestException(algorithm + ":" + hex, "expected " + length + " hexadecimal digits");
        }
        for (int i = 0; i < hex.length(); i++) {
            char c = hex.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                throw new MalformedDigestException(
                        algorithm + ":" + hex, "only the digits 0-9 and a-f are allowed, found one else at " + i);
            }
        }
    }

    /**
     * Reads the written form.
     *
     * @throws MalformedDigestException if the text is not a digest
     */
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new MalformedDigestException(text, "expected ALGORITHM:HEX");
        }
        return new Digest(text.substring(0, colon), text.substring(colon + 1));
    }

    /** Returns the SHA-256 digest with the given 32 bytes. */
    public static Digest ofSha256(byte[] hash) {
        return new Digest(SHA256, HexFormat.of().formatHex(hash));
    }

    /** Returns the SHA-256 digest of some bytes. */
    public static Digest sha256Of(byte[] content) {
        return ofSha256(sha256().digest(content));
    }

    /** Returns a new SHA-256 computation. */
    public static MessageDigest sha256() {
        return newMessageDigest("SHA-256");
    }

    /** Returns a new computation of this digest's algorithm. */
    public MessageDigest newMessageDigest() {
        return newMessageDigest(algorithm.equals(SHA256) ? "SHA-256" : "SHA-512");
    }

    /** Returns whether some bytes have this digest. */
    public boolean matches(byte[] content) {
        return HexFormat.of().formatHex(newMessageDigest().digest(content)).equals(hex);
    }

    /** Returns the raw bytes of the digest: 32 for SHA-256. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    private static MessageDigest newMessageDigest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + name, e);
        }
    }

    @Override
    public int compareTo(Digest other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }
}
