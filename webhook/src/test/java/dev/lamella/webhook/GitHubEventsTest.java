package dev.lamella.webhook;

import static dev.lamella.webhook.Sender.digest;
import static dev.lamella.webhook.Sender.event;
import static dev.lamella.webhook.Sender.ignored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.webhook.RegistryEvent.Pushed;
import dev.lamella.webhook.WebhookVerdict.Malformed;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GitHubEventsTest {

    private final Sender gitHub = new Sender(WebhookProduct.GITHUB_PACKAGES);

    @ParameterizedTest
    @CsvSource({"registry_package, github-registry-package", "package, github-package"})
    void aPublishedContainerIsAPush(String event, String payload) {
        assertThat(event(gitHub.header("X-GitHub-Event", event).send(payload)))
                .isInstanceOfSatisfying(Pushed.class, pushed -> {
                    assertThat(pushed.target()).hasToString("ghcr.io/example-org/app:1.4@" + digest('a'));
                    assertThat(pushed.actor()).hasValue("octo-alice");
                });
    }

    @Test
    void theIdIsTheBodys() {
        gitHub.header("X-GitHub-Event", "package").header("X-GitHub-Delivery", "1");
        String first = event(gitHub.send("github-package")).id();
        // The delivery's ID is not signed, so whoever repeats a body may choose another.
        assertThat(event(gitHub.header("X-GitHub-Delivery", "2").send("github-package"))
                        .id())
                .isEqualTo(first);
    }

    @Test
    void anEnterpriseServerHasARegistryOfItsOwn() {
        gitHub.header("X-GitHub-Event", "package").registry("containers.github.example.com");
        assertThat(event(gitHub.send("github-package")).target().registry()).isEqualTo("containers.github.example.com");
    }

    @Test
    void withoutAddressTheNameIsTakenApart() {
        String body = new String(Sender.payload("github-package"), StandardCharsets.UTF_8)
                .replace("\"package_url\"", "\"packet_url\"");
        gitHub.header("X-GitHub-Event", "package");
        assertThat(event(gitHub.send(body.getBytes(StandardCharsets.UTF_8)))
                        .target()
                        .repository())
                .isEqualTo("example-org/app");
    }

    @ParameterizedTest
    @CsvSource({
        "ping, github-ping, ping",
        "push, github-ping, push",
        "package, github-npm, npm",
        "registry_package, github-untagged, without a tag",
        "registry_package, github-chart, helm"
    })
    void theRestIsIgnored(String event, String payload, String reason) {
        assertThat(ignored(gitHub.header("X-GitHub-Event", event).send(payload)))
                .contains(reason);
    }

    @Test
    void withoutTheNameOfAnEventThereIsNone() {
        assertThat(gitHub.send("github-package"))
                .isInstanceOfSatisfying(
                        Malformed.class,
                        malformed -> assertThat(malformed.where()).isEqualTo("X-GitHub-Event"));
    }
}
