package dev.lamella.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the generator is reached.
 *
 * @param base {@code https://HOST[:PORT]}, {@code http://HOST[:PORT]} or {@code unix:/PATH} of its socket
 * @param token the secret of a token
 * @param trust a PEM file of the certificates that are trusted; those of the JDK if not set
 * @param certificate the client's own certificate
 * @param timeout how long to wait for an answer, all of it
 */
public record ClientConfig(
        String base,
        Optional<String> token,
        Optional<Path> trust,
        Optional<ClientCertificate> certificate,
        Duration timeout) {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /**
     * A client's certificate.
     *
     * @param certificate a PEM file with the certificate and those between it and its root
     * @param key a PEM file with the key, PKCS #8, not encrypted
     */
    public record ClientCertificate(Path certificate, Path key) {}

    /** Returns the way to a generator, without a token. */
    public static ClientConfig of(String base) {
        return new ClientConfig(base, Optional.empty(), Optional.empty(), Optional.empty(), TIMEOUT);
    }

    /** Returns the same way with a token. */
    public ClientConfig withToken(String secret) {
        return new ClientConfig(base, Optional.of(secret), trust, certificate, timeout);
    }

    /** Returns the same way with certificates that are trusted. */
    public ClientConfig withTrust(Path pem) {
        return new ClientConfig(base, token, Optional.of(pem), certificate, timeout);
    }

    /** Returns the same way with a certificate of the client's own. */
    public ClientConfig withCertificate(Path pem, Path key) {
        return new ClientConfig(base, token, trust, Optional.of(new ClientCertificate(pem, key)), timeout);
    }

    /** Returns the same way with another time to wait. */
    public ClientConfig withTimeout(Duration other) {
        return new ClientConfig(base, token, trust, certificate, other);
    }

    /** Leaves the token out, so that no log has it. */
    @Override
    public String toString() {
        return "ClientConfig[base=%s]".formatted(base);
    }
}
