package dev.lamella.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.webhook.WebhookAuthentication.Bearer;
import dev.lamella.webhook.WebhookAuthentication.HmacSha256;
import dev.lamella.webhook.WebhookAuthentication.SecretPath;
import dev.lamella.webhook.WebhookVerdict.Accepted;
import dev.lamella.webhook.WebhookVerdict.Ignored;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A product with its hook: sends payloads, proving itself rightly unless told otherwise. */
final class Sender {

    static final Instant NOW = Instant.parse("2026-11-20T09:30:00Z");
    static final String SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
    static final String REGISTRY = "registry.example.com";

    private final WebhookProduct product;
    private final Map<String, List<String>> headers = new LinkedHashMap<>();
    private Optional<String> registry = Optional.empty();
    private ReplayGuard guard = ReplayGuard.NONE;
    private WebhookLimits limits = WebhookLimits.DEFAULT;
    private Instant now = NOW;
    private String method = "POST";

    Sender(WebhookProduct product) {
        this.product = product;
        if (product.needsRegistry()) {
            registry = Optional.of(REGISTRY);
        }
    }

    Sender header(String name, String value) {
        headers.put(name, List.of(value));
        return this;
    }

    Sender registry(String host) {
        registry = Optional.of(host);
        return this;
    }

    Sender guard(ReplayGuard wanted) {
        guard = wanted;
        return this;
    }

    Sender limits(WebhookLimits wanted) {
        limits = wanted;
        return this;
    }

    Sender at(Instant time) {
        now = time;
        return this;
    }

    Sender method(String wanted) {
        method = wanted;
        return this;
    }

    WebhookAuthentication authentication() {
        var secret = new Secret(SECRET);
        if (product.ways().contains(WebhookAuthentication.Way.SIGNATURE)) {
            return HmacSha256.github(secret);
        }
        return product.ways().contains(WebhookAuthentication.Way.BEARER) ? new Bearer(secret) : new SecretPath(secret);
    }

    Webhook hook() {
        return new Webhook(new WebhookConfig("test", product, authentication(), registry, limits), guard);
    }

    /** Sends a file of the payloads. */
    WebhookVerdict send(String payload) {
        return send(payload(payload));
    }

    WebhookVerdict send(byte[] body) {
        return hook().receive(request(body), body, now);
    }

    /** Returns the head of a request with a body. */
    WebhookRequest request(byte[] body) {
        var sent = new LinkedHashMap<>(headers);
        String suffix = "";
        switch (authentication()) {
            case HmacSha256 signed -> sent.putIfAbsent(signed.header(), List.of(signed.prefix() + hmac(SECRET, body)));
            case Bearer _ -> sent.putIfAbsent("authorization", List.of("Bearer " + SECRET));
            default -> suffix = "/" + SECRET;
        }
        return new WebhookRequest(method, suffix, sent);
    }

    static String hmac(String secret, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] payload(String name) {
        try (InputStream in = Sender.class.getResourceAsStream(name + ".json")) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the events of a verdict that must be acceptance. */
    static List<RegistryEvent> events(WebhookVerdict verdict) {
        assertThat(verdict).isInstanceOf(Accepted.class);
        return ((Accepted) verdict).events();
    }

    /** Returns the only event of a verdict that must be acceptance. */
    static RegistryEvent event(WebhookVerdict verdict) {
        assertThat(events(verdict)).hasSize(1);
        return events(verdict).getFirst();
    }

    /** Returns why a verdict passes a request over. */
    static String ignored(WebhookVerdict verdict) {
        assertThat(verdict).isInstanceOf(Ignored.class);
        return ((Ignored) verdict).reason();
    }

    /** Returns a digest of one digit. */
    static String digest(char digit) {
        return "sha256:" + String.valueOf(digit).repeat(64);
    }
}
