package dev.lamella.service;

import dev.lamella.webhook.Jwks;
import dev.lamella.webhook.MalformedPayloadException;
import dev.lamella.webhook.SigningKeys;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of an issuer of tokens, fetched when they are first asked for, and again when a key is asked for that is not among them, as
 * issuers change their keys; at most once in a while, as anybody may ask for any key. Answers from memory: the request that makes it fetch is
 * refused, and the sender comes again. Thread-safe.
 */
public final class FetchedKeys implements SigningKeys {

    private static final Logger LOG = LoggerFactory.getLogger(FetchedKeys.class);
    private static final URI GOOGLE = URI.create("https://www.googleapis.com/oauth2/v3/certs");
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int BYTES_MAX = 1 << 20;

    private final URI source;
    private final Duration pause;
    private final AtomicBoolean fetching = new AtomicBoolean();
    private volatile @Nullable Fetched last;

    private record Fetched(Jwks keys, long atNanos) {}

    FetchedKeys(URI source, Duration pause) {
        this.source = source;
        this.pause = pause;
    }

    /** Returns the keys that Google signs identity tokens with; looked for at most once a minute. */
    public static FetchedKeys ofGoogle() {
        return new FetchedKeys(GOOGLE, Duration.ofMinutes(1));
    }

    @Override
    public Optional<PublicKey> find(String keyId) {
        Fetched known = last;
        Optional<PublicKey> key = known == null ? Optional.empty() : known.keys.find(keyId);
        boolean due = known == null || System.nanoTime() - known.atNanos > pause.toNanos();
        if (key.isEmpty() && due && fetching.compareAndSet(false, true)) {
            Thread.ofVirtual().name("keys of " + source.getHost()).start(this::fetch);
        }
        return key;
    }

    private void fetch() {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(source).timeout(TIMEOUT).build();
            try (InputStream body =
                    client.send(request, BodyHandlers.ofInputStream()).body()) {
                last = new Fetched(Jwks.parse(body.readNBytes(BYTES_MAX)), System.nanoTime());
            }
            LOG.info("{}: keys fetched", source);
            fetching.set(false);
        } catch (IOException | MalformedPayloadException e) {
            LOG.warn("{}: no keys: {}; trying again in {} s", source, e.getMessage(), pause.toSeconds());
            release();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** After a failure nobody fetches for a while. */
    private void release() {
        try {
            Thread.sleep(pause);
            fetching.set(false);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
