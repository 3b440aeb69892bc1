package dev.lamella.webhook;

import static dev.lamella.webhook.Sender.digest;
import static dev.lamella.webhook.Sender.event;
import static dev.lamella.webhook.Sender.events;
import static dev.lamella.webhook.Sender.ignored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.webhook.RegistryEvent.Deleted;
import dev.lamella.webhook.RegistryEvent.Pushed;
import dev.lamella.webhook.WebhookVerdict.Malformed;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DistributionEventsTest {

    private final Sender registry = new Sender(WebhookProduct.DOCKER_DISTRIBUTION);
    private final Sender gitLab = new Sender(WebhookProduct.GITLAB);

    @Test
    void aTaggedManifestIsAPush() {
        assertThat(event(registry.send("distribution-push"))).isInstanceOfSatisfying(Pushed.class, pushed -> {
            assertThat(pushed.id()).isEqualTo("320678d8-ca14-430f-8bb6-4ca139cd8301");
            assertThat(pushed.reference()).hasToString("registry.example.com/team/app:1.4");
            assertThat(pushed.target().pinned().orElseThrow())
                    .hasToString("registry.example.com/team/app@" + digest('a'));
            assertThat(pushed.time()).isEqualTo(Instant.parse("2026-11-20T09:15:30.123456789Z"));
            assertThat(pushed.actor()).hasValue("alice");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "distribution-delete-manifest, '', true",
        "distribution-delete-tag, 1.4, false",
        "distribution-delete-repository, '', false"
    })
    void manifestTagOrRepositoryIsDeleted(String payload, String tag, boolean digest) {
        assertThat(event(registry.send(payload))).isInstanceOfSatisfying(Deleted.class, deleted -> {
            assertThat(deleted.target().repository()).isEqualTo("team/app");
            assertThat(deleted.target().tag().orElse("")).isEqualTo(tag);
            assertThat(deleted.target().digest().isPresent()).isEqualTo(digest);
            assertThat(deleted.target().reference().isEmpty()).isEqualTo(tag.isEmpty() && !digest);
        });
    }

    @Test
    void ofAnEnvelopeOnlyTagsCount() {
        assertThat(events(registry.send("distribution-envelope")))
                .extracting(event -> event.getClass().getSimpleName() + " " + event.target())
                .containsExactly(
                        "Pushed registry.example.com/team/app:2.0@" + digest('d'),
                        "Pushed registry.example.com/team/other:latest@" + digest('e'),
                        "Deleted registry.example.com/team/app:1.3");
    }

    @Test
    void theHostThatTheClientNamedIsNeverUsed() {
        byte[] body = Sender.payload("distribution-envelope");
        assertThat(new String(body, StandardCharsets.UTF_8)).contains("attacker.example.com");
        assertThat(registry.send(body).toString()).doesNotContain("attacker");
    }

    @ParameterizedTest
    @CsvSource({
        "distribution-pull, the action \"pull\" changes no tag",
        "distribution-chart, \"application/vnd.cncf.helm.config.v1+json\" is not the config of an image"
    })
    void pullsAndChartsAreIgnored(String payload, String reason) {
        assertThat(ignored(registry.send(payload))).isEqualTo(reason);
    }

    @Test
    void signaturesAreIgnored() {
        assertThat(ignored(registry.send("distribution-signature"))).contains("holds a signature");
    }

    @ParameterizedTest
    @CsvSource({
        "team/app, Team/App, image",
        "team/app, ../app, image",
        "team/app, team/app@x, image",
        "team/app, team/app:x, image",
        "1.4, -1.4, image",
        "push, 3, ",
        "2026-11-20T, yesterday, events[0].timestamp",
        "sha256:a, sha256:z, digest",
        "sha256:a, md5:a, digest",
        "\"events\", \"event\", events"
    })
    void whatIsNotAsDocumentedIsNamed(String was, String is, String where) {
        String body = new String(Sender.payload("distribution-push"), StandardCharsets.UTF_8).replace(was, is);
        WebhookVerdict verdict = registry.send(body.getBytes(StandardCharsets.UTF_8));
        if (where == null) {
            assertThat(ignored(verdict)).contains("changes no tag");
        } else {
            assertThat(verdict).isInstanceOfSatisfying(Malformed.class, malformed -> {
                assertThat(malformed.where()).isEqualTo(where);
                assertThat(malformed.reason()).isNotBlank();
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gitlab-push", "gitlab-delete-tag"})
    void gitLabsRegistrySendsTheSame(String payload) {
        RegistryEvent event = event(gitLab.send(payload));
        assertThat(event).isInstanceOf(payload.endsWith("push") ? Pushed.class : Deleted.class);
        assertThat(event.target().reference().orElseThrow()).hasToString("registry.example.com/group/project/app:main");
        assertThat(event.actor()).hasValue("alice");
    }

    @Test
    void gitLabsRenamingsAndOwnWebhooksAreIgnored() {
        assertThat(ignored(gitLab.send("gitlab-rename"))).contains("rename");
        assertThat(ignored(gitLab.header("X-Gitlab-Event", "System Hook").send("gitlab-push")))
                .contains("notifications of its container registry");
    }
}
