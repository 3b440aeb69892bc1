package dev.lamella.webhook;

import java.security.PublicKey;
import java.util.Optional;

/**
 * The public keys of an issuer of tokens. Is asked with each request, by several threads at once, before the sender is known: it should answer
 * from memory and fetch anew in the background, at most so often.
 */
@FunctionalInterface
public interface SigningKeys {

    /** Returns the key with an ID, which may be any text of at most 128 characters. */
    Optional<PublicKey> find(String keyId);
}
