package dev.lamella.webhook;

import dev.lamella.filetree.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import javax.crypto.spec.SecretKeySpec;

/** A password, a token or a key. Is not shown when printed, and is compared in a time that does not depend on where it differs. */
public final class Secret {

    static final int CHARS_MIN = 16;
    static final int CHARS_MAX = 1024;

    private final byte[] value;
    private final byte[] hash;

    /**
     * Keeps a secret.
     *
     * @throws WebhookConfigException if it has fewer than 16 characters, which can be guessed, or more than 1024
     */
    public Secret(String text) {
        if (text.length() < CHARS_MIN || text.length() > CHARS_MAX) {
            throw new WebhookConfigException(
                    "a secret of %d characters, expected %d to %d; make one with: openssl rand -hex 32"
                            .formatted(text.length(), CHARS_MIN, CHARS_MAX));
        }
        this.value = text.getBytes(StandardCharsets.UTF_8);
        this.hash = Digest.sha256().digest(value);
    }

    /** Returns whether a text is this secret. Compares hashes, so that not even the length shows in the time. */
    boolean matches(String text) {
        return MessageDigest.isEqual(hash, Digest.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns whether the secret as sent in a URL is the same as it is here. */
    boolean fitsIntoPath() {
        return new String(value, StandardCharsets.UTF_8).matches("[A-Za-z0-9_-]+");
    }

    /** Returns the secret as the key of an HMAC. */
    SecretKeySpec key(String algorithm) {
        return new SecretKeySpec(value, algorithm);
    }

    @Override
    public String toString() {
        return "***";
    }
}
