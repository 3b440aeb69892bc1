package dev.lamella.webhook;

import dev.lamella.webhook.Findings.Occurrence;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Events of Amazon ECR, sent by EventBridge to an API destination.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html">Amazon ECR events and EventBridge</a>
 */
final class EcrEvents {

    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
    private static final Pattern REGION = Pattern.compile("[a-z]{2}(?:-[a-z0-9]+){1,4}");

    private EcrEvents() {}

    static WebhookVerdict decode(Delivery delivery) throws MalformedPayloadException {
        Payload event = delivery.json();
        String type = event.text("detail-type");
        var findings = new Findings();
        if (!event.text("source").equals("aws.ecr") || !type.equals("ECR Image Action")) {
            findings.ignored("the event %s is no ECR Image Action".formatted(Shown.of(type)));
            return findings.verdict();
        }
        Payload detail = event.object("detail");
        String action = detail.text("action-type");
        Optional<String> other = refusal(detail, action);
        if (other.isPresent()) {
            findings.ignored(other.get());
            return findings.verdict();
        }
        var occurrence = new Occurrence(EventIds.of(event.text("id")), event.time("time"), Optional.empty());
        EventTarget target = EventTarget.of(
                delivery.registry(Optional.of(registry(event))),
                detail.text("repository-name"),
                detail.optionalText("image-tag"),
                detail.optionalText("image-digest"));
        if (action.equals("PUSH")) {
            findings.pushed(target, occurrence);
        } else {
            findings.deleted(target, occurrence);
        }
        return findings.verdict();
    }

    private static Optional<String> refusal(Payload detail, String action) throws MalformedPayloadException {
        if (!detail.text("result").equals("SUCCESS")) {
            return Optional.of("an action that did not succeed");
        }
        if (!action.equals("PUSH") && !action.equals("DELETE")) {
            return Optional.of("the action %s is neither PUSH nor DELETE".formatted(Shown.of(action)));
        }
        Optional<String> manifest = detail.optionalText("manifest-media-type").flatMap(ImageKinds::manifestRefusal);
        return manifest.isPresent()
                ? manifest
                : detail.optionalText("artifact-media-type").flatMap(ImageKinds::configRefusal);
    }

    private static String registry(Payload event) throws MalformedPayloadException {
        String account = event.text("account");
        String region = event.text("region");
        if (!ACCOUNT.matcher(account).matches()) {
            throw event.wrong("account", Shown.of(account) + ", expected 12 digits");
        }
        if (!REGION.matcher(region).matches()) {
            throw event.wrong("region", Shown.of(region) + ", expected a region such as eu-central-1");
        }
        String china = region.startsWith("cn-") ? ".cn" : "";
        return "%s.dkr.ecr.%s.amazonaws.com%s".formatted(account, region, china);
    }
}
