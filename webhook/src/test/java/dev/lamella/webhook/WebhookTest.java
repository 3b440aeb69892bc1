package dev.lamella.webhook;

import static dev.lamella.webhook.Sender.event;
import static dev.lamella.webhook.Sender.events;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.webhook.WebhookVerdict.Accepted;
import dev.lamella.webhook.WebhookVerdict.Ignored;
import dev.lamella.webhook.WebhookVerdict.Malformed;
import dev.lamella.webhook.WebhookVerdict.Replayed;
import dev.lamella.webhook.WebhookVerdict.TooLarge;
import dev.lamella.webhook.WebhookVerdict.Unauthorized;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookTest {

    /** A push of each product. */
    private static final Map<WebhookProduct, String> PUSHES = Map.of(
            WebhookProduct.DOCKER_DISTRIBUTION, "distribution-push",
            WebhookProduct.HARBOR, "harbor-push",
            WebhookProduct.QUAY, "quay-push",
            WebhookProduct.GITLAB, "gitlab-push",
            WebhookProduct.GITHUB_PACKAGES, "github-package",
            WebhookProduct.DOCKER_HUB, "docker-hub-push",
            WebhookProduct.AZURE_ACR, "azure-push",
            WebhookProduct.GOOGLE_ARTIFACT_REGISTRY, "google-push",
            WebhookProduct.AWS_ECR, "ecr-push");

    private final Sender distribution = new Sender(WebhookProduct.DOCKER_DISTRIBUTION);

    static Sender sender(WebhookProduct product) {
        return new Sender(product).header("X-GitHub-Event", "package");
    }

    static byte[] push(WebhookProduct product) {
        return Sender.payload(String.valueOf(PUSHES.get(product)));
    }

    @ParameterizedTest
    @EnumSource(WebhookProduct.class)
    void withoutTheSecretNobodyIsHeard(WebhookProduct product) {
        byte[] body = push(product);
        Sender sender = sender(product);
        var bare = new WebhookRequest("POST", "", Map.of("X-GitHub-Event", List.of("package")));
        assertThat(sender.hook().receive(bare, body, Sender.NOW)).isInstanceOf(Unauthorized.class);
        assertThat(sender.send(body)).isInstanceOf(Accepted.class);
        // What is wrong with a body is told to those only who may send one.
        byte[] garbage = "no JSON".getBytes(StandardCharsets.UTF_8);
        assertThat(sender.hook().receive(bare, garbage, Sender.NOW)).isInstanceOf(Unauthorized.class);
        assertThat(sender.send(garbage)).isInstanceOf(Malformed.class);
    }

    @ParameterizedTest
    @EnumSource(WebhookProduct.class)
    void anEventIsActedUponOnce(WebhookProduct product) {
        Set<String> seen = new HashSet<>();
        Sender sender = sender(product).guard((hook, id) -> hook.equals("test") && seen.contains(id));
        events(sender.send(push(product))).forEach(event -> seen.add(event.id()));
        WebhookVerdict again = sender.at(Sender.NOW.plus(Duration.ofHours(3))).send(push(product));
        if (product == WebhookProduct.QUAY) {
            assertThat(again).isInstanceOf(Accepted.class);
        } else {
            assertThat(again)
                    .isInstanceOfSatisfying(
                            Replayed.class,
                            replayed -> assertThat(replayed.reason()).contains("has been acted upon"));
        }
    }

    @ParameterizedTest
    @EnumSource(WebhookProduct.class)
    void anEventOlderThanAnyMemoryIsAReplay(WebhookProduct product) {
        WebhookVerdict verdict =
                sender(product).at(Sender.NOW.plus(Duration.ofDays(8))).send(push(product));
        boolean tellsNoTime = product == WebhookProduct.QUAY || product == WebhookProduct.GITHUB_PACKAGES;
        assertThat(verdict).isInstanceOf(tellsNoTime ? Accepted.class : Replayed.class);
    }

    @Test
    void ofAnEnvelopeTheNewEventsAreLeft() {
        Sender sender = distribution.guard((_, id) -> !id.endsWith("14"));
        assertThat(event(sender.send("distribution-envelope")).target().repository())
                .isEqualTo("team/other");
    }

    @Test
    void anEventOfTheFutureIsNone() {
        assertThat(distribution.at(Sender.NOW.minus(Duration.ofHours(1))).send("distribution-push"))
                .isInstanceOfSatisfying(
                        Malformed.class,
                        malformed -> assertThat(malformed.reason()).contains("in the future"));
        assertThat(distribution.at(Sender.NOW.minus(Duration.ofMinutes(20))).send("distribution-push"))
                .as("clocks differ a little")
                .isInstanceOf(Accepted.class);
    }

    @Test
    void sizesAreLookedAtFirst() {
        byte[] body = Sender.payload("distribution-push");
        Sender small = distribution.limits(WebhookLimits.DEFAULT.withBodyBytes(body.length));
        assertThat(small.send(body)).isInstanceOf(Accepted.class);
        var stranger = new WebhookRequest("POST", "", Map.of());
        assertThat(small.hook().receive(stranger, new byte[body.length + 1], Sender.NOW))
                .isInstanceOf(TooLarge.class);
        assertThat(distribution.header("X-Long", "x".repeat(9000)).send(body)).isInstanceOf(TooLarge.class);
        var many = new WebhookRequest("POST", "", Map.of("X-Many", Collections.nCopies(101, "x")));
        assertThat(distribution.hook().receive(many, body, Sender.NOW)).isInstanceOf(TooLarge.class);
    }

    @Test
    void tooManyEventsAreRefused() {
        distribution.limits(WebhookLimits.DEFAULT.withEvents(6));
        assertThat(distribution.send("distribution-envelope"))
                .isEqualTo(new Malformed("7 entries, at most 6 are allowed", "events"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "7",
                "\"events\"",
                "[]",
                "{}",
                "{\"events\":null}",
                "{\"events\":{}}",
                "{\"events\":[7]}",
                "{\"events\":[{}]}",
                "{\"events\":[]} {}",
                "{\"events\":[],\"events\":[]}",
                "{\"events\":[{\"action\":\"push\"}]}",
                "{\"events\":[{\"action\":\"push\",\"id\":\"1\",\"timestamp\":\"2026-11-20T09:00:00Z\"}]}",
                "{\"events\":[{\"action\":\"delete\",\"id\":\"1\",\"timestamp\":\"2026-11-20T09:00:00Z\",\"target\":{}}]}",
                "{\"events\":[" + "[",
                "\u0000"
            })
    void garbageIsMalformed(String body) {
        assertThat(distribution.send(body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(Malformed.class, malformed -> {
                    assertThat(malformed.where()).isNotBlank();
                    assertThat(malformed.reason()).isNotBlank().isPrintable();
                });
    }

    @ParameterizedTest
    @CsvSource({"[, ]", "{\"a\":, }"})
    void depthIsBounded(String open, String close) {
        String body = "{\"events\":[],\"x\":" + open.repeat(40) + "1" + close.repeat(40) + "}";
        assertThat(distribution.send(body.getBytes(StandardCharsets.UTF_8))).isInstanceOf(Malformed.class);
        String flat = "{\"events\":[],\"x\":" + open.repeat(20) + "1" + close.repeat(20) + "}";
        assertThat(distribution.send(flat.getBytes(StandardCharsets.UTF_8))).isInstanceOf(Ignored.class);
    }

    @Test
    void aTextThatIsUsedIsBoundedAndOneThatIsNotIsNot() {
        String body = new String(Sender.payload("distribution-push"), StandardCharsets.UTF_8);
        String unused = body.replace("skopeo/1.9.3", "x".repeat(100_000));
        assertThat(distribution.send(unused.getBytes(StandardCharsets.UTF_8))).isInstanceOf(Accepted.class);
        String used = body.replace("team/app\"", "team/" + "x".repeat(3000) + "\"");
        assertThat(distribution.send(used.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        Malformed.class,
                        malformed -> assertThat(malformed.where()).isEqualTo("events[0].target.repository"));
    }

    @Test
    void idsAndActorsOfAnySizeAreMadeFit() {
        String body = new String(Sender.payload("distribution-push"), StandardCharsets.UTF_8);
        String hostile =
                body.replace("320678d8-ca14", "x ".repeat(300)).replace("alice", "\\u001b\\u202e" + "a".repeat(1000));
        RegistryEvent event = event(distribution.send(hostile.getBytes(StandardCharsets.UTF_8)));
        assertThat(event.id()).matches("sha256:[0-9a-f]{64}");
        assertThat(event.actor()).hasValue("??" + "a".repeat(198));
    }

    @Test
    void onlyPostsToTheHookItselfCount() {
        assertThat(distribution.method("GET").send("distribution-push"))
                .isEqualTo(new Malformed("\"GET\", expected POST", "method"));
        distribution.method("POST");
        byte[] body = Sender.payload("distribution-push");
        WebhookRequest right = distribution.request(body);
        for (String suffix : List.of("/x", "x", "//")) {
            var elsewhere = new WebhookRequest("POST", suffix, right.headers());
            assertThat(distribution.hook().receive(elsewhere, body, Sender.NOW))
                    .isInstanceOfSatisfying(
                            Malformed.class,
                            malformed -> assertThat(malformed.where()).isEqualTo("path"));
        }
    }

    @Test
    void aPayloadOfAnotherProductIsMalformed() {
        for (WebhookProduct product : WebhookProduct.values()) {
            String foreign = product == WebhookProduct.QUAY ? "ecr-push" : "quay-push";
            assertThat(sender(product).send(foreign)).as(product.key()).isInstanceOf(Malformed.class);
        }
    }
}
