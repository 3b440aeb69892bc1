package dev.lamella.webhook;

import dev.lamella.webhook.Findings.Occurrence;
import java.util.Optional;

/**
 * Webhooks of Docker Hub. Its {@code callback_url} is never called: it would have us send requests to wherever a body says.
 *
 * @see <a href="https://docs.docker.com/docker-hub/repos/manage/webhooks/">Docker Hub, webhooks</a>
 */
final class DockerHubEvents {

    private DockerHubEvents() {}

    static WebhookVerdict decode(Delivery delivery) throws MalformedPayloadException {
        Payload body = delivery.json();
        Payload push = body.object("push_data");
        EventTarget target = EventTarget.of(
                delivery.registry(Optional.of("docker.io")),
                body.object("repository").text("repo_name"),
                push.optionalText("tag"),
                Optional.empty());
        var findings = new Findings();
        findings.pushed(
                target,
                new Occurrence(
                        delivery.body().hash(),
                        push.unixTime("pushed_at"),
                        Delivery.actor(push.optionalText("pusher"))));
        return findings.verdict();
    }
}
