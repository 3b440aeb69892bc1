package dev.lamella.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.Mutations;
import dev.lamella.testkit.SeededRandom;
import dev.lamella.webhook.WebhookVerdict.Accepted;
import dev.lamella.webhook.WebhookVerdict.Unauthorized;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever is sent, the answer is a verdict; and whoever does not know the secret is never heard. */
class WebhookFuzzTest {

    private static final List<WebhookProduct> PRODUCTS = List.of(WebhookProduct.values());

    private static final List<String> PAYLOADS = List.of(
            "distribution-envelope",
            "distribution-chart",
            "gitlab-rename",
            "harbor-push",
            "harbor-cloudevents-delete",
            "quay-push",
            "quay-push-map",
            "github-package",
            "docker-hub-push",
            "azure-push",
            "azure-event-grid",
            "azure-event-grid-validation",
            "azure-cloudevents-push",
            "google-push",
            "google-bare",
            "ecr-push");

    /** One hook each: making one takes longer than asking it. */
    private static final Map<WebhookProduct, Webhook> HOOKS =
            PRODUCTS.stream().collect(Collectors.toMap(product -> product, product -> new Sender(product).hook()));

    private static final List<String> JSON_PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "null",
            "true",
            "-0",
            "1e999",
            "9223372036854775808",
            "\"\"",
            "\"tag\":",
            "\"a\\u0000\"",
            "\"events\":",
            "\"target\":{",
            "\"message\":",
            "\"data\":",
            "\"action\":\"push\",",
            "\"digest\":\"sha256:\",",
            "\"\ud800\"");

    private static final List<String> HEADERS = List.of(
            "Content-Type",
            "ce-specversion",
            "ce-type",
            "ce-id",
            "ce-source",
            "ce-time",
            "X-GitHub-Event",
            "X-Gitlab-Event",
            "aeg-event-type",
            "WebHook-Request-Origin",
            "x-goog-pubsub-message-id",
            "x-goog-pubsub-publish-time");

    private static final List<String> VALUES = List.of(
            "application/json",
            "application/cloudevents+json",
            "application/cloudevents-batch+json;x",
            "1.0",
            "package",
            "registry_package",
            "harbor.artifact.pushed",
            "Microsoft.ContainerRegistry.ImagePushed",
            "2026-11-20T09:00:00Z",
            "eventgrid.azure.net",
            "",
            ";",
            "\u0000",
            "9".repeat(500));

    @Test
    void damagedPayloads() {
        Fuzz.run(6_000, random -> {
            String payload = random.pick(PAYLOADS);
            check(random, product(random, payload), Mutations.mutate(random, Sender.payload(payload)));
        });
    }

    @Test
    void payloadsWithOtherValues() {
        Fuzz.run(4_000, random -> {
            String payload = random.pick(PAYLOADS);
            String text = new String(Sender.payload(payload), StandardCharsets.UTF_8);
            for (int left = 1 + random.nextInt(4); left > 0; left--) {
                int at = random.nextInt(text.length());
                int quote = text.indexOf('"', at);
                int end = quote < 0 ? -1 : text.indexOf('"', quote + 1);
                String other = random.pick(JSON_PIECES);
                text = end < 0 ? text + other : text.substring(0, quote) + other + text.substring(end + 1);
            }
            check(random, product(random, payload), text.getBytes(StandardCharsets.UTF_8));
        });
    }

    @Test
    void nonsense() {
        Fuzz.run(4_000, random -> {
            var text = new StringBuilder();
            for (int left = random.nextInt(60); left > 0; left--) {
                text.append(random.pick(JSON_PIECES));
            }
            byte[] body = random.oneIn(4)
                    ? random.bytes(random.nextInt(300))
                    : text.toString().getBytes(StandardCharsets.UTF_8);
            check(random, random.pick(PRODUCTS), body);
        });
    }

    @Test
    void strangers() {
        Fuzz.run(2_000, random -> {
            WebhookProduct product = random.pick(PRODUCTS);
            byte[] body = WebhookTest.push(product);
            Map<String, List<String>> headers = headers(random);
            if (random.oneIn(2)) {
                String sent = new String(
                        Mutations.mutate(random, ("Bearer " + Sender.SECRET).getBytes(StandardCharsets.UTF_8)),
                        StandardCharsets.ISO_8859_1);
                // A changed name of the scheme may be the same but for its case.
                headers.put("Authorization", sent.strip().endsWith(Sender.SECRET) ? List.of() : List.of(sent));
            }
            headers.put("X-Hub-Signature-256", List.of("sha256=" + random.word(64)));
            var request = new WebhookRequest("POST", "/" + random.word(32), headers);
            assertThat(hook(product).receive(request, body, Sender.NOW)).isInstanceOf(Unauthorized.class);
        });
    }

    /** Returns mostly the product that sends a payload, and now and then another. */
    private static WebhookProduct product(SeededRandom random, String payload) {
        return random.oneIn(4)
                ? random.pick(PRODUCTS)
                : PRODUCTS.stream()
                        .filter(product -> product.key().contains(payload.substring(0, payload.indexOf('-'))))
                        .findFirst()
                        .orElseThrow();
    }

    private static void check(SeededRandom random, WebhookProduct product, byte[] body) {
        var sender = new Sender(product);
        headers(random).forEach((name, values) -> values.forEach(value -> sender.header(name, value)));
        WebhookRequest request =
                sender.method(random.oneIn(20) ? "OPTIONS" : "POST").request(body);
        WebhookVerdict verdict = hook(product).receive(request, body, Sender.NOW);
        assertThat(verdict).isNotInstanceOf(Unauthorized.class);
        assertThat(verdict.toString()).doesNotContain(Sender.SECRET);
        if (verdict instanceof Accepted accepted) {
            assertThat(accepted.events()).isNotEmpty().allSatisfy(event -> {
                assertThat(event.id()).matches("[\\x21-\\x7e]{1,200}");
                assertThat(event.target().toString()).matches("[\\x21-\\x7e]{1,600}");
                assertThat(event.target().registry()).isNotBlank();
                assertThat(event.actor().orElse(""))
                        .hasSizeLessThanOrEqualTo(200)
                        .doesNotContainPattern("\\p{C}");
            });
        }
    }

    private static Webhook hook(WebhookProduct product) {
        return Objects.requireNonNull(HOOKS.get(product));
    }

    private static Map<String, List<String>> headers(SeededRandom random) {
        var headers = new LinkedHashMap<String, List<String>>();
        for (int left = random.nextInt(5); left > 0; left--) {
            headers.put(random.pick(HEADERS), new ArrayList<>(List.of(random.pick(VALUES))));
        }
        return headers;
    }
}
