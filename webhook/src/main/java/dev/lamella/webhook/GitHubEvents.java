package dev.lamella.webhook;

import dev.lamella.webhook.Findings.Occurrence;
import java.util.Locale;
import java.util.Optional;

/**
 * The webhook events {@code registry_package} and {@code package} of GitHub.
 *
 * @see <a href="https://docs.github.com/en/webhooks/webhook-events-and-payloads#registry_package">GitHub, webhook events</a>
 */
final class GitHubEvents {

    private GitHubEvents() {}

    static WebhookVerdict decode(Delivery delivery) throws MalformedPayloadException {
        String event = delivery.header("X-GitHub-Event").orElse("");
        Payload body = delivery.json();
        var findings = new Findings();
        switch (event) {
            case "registry_package" -> published(delivery, body, body.object("registry_package"), findings);
            case "package" -> published(delivery, body, body.object("package"), findings);
            case "" -> throw new MalformedPayloadException("X-GitHub-Event", "the header is missing or there twice");
            default -> findings.ignored("the event %s tells nothing of packages".formatted(Shown.of(event)));
        }
        return findings.verdict();
    }

    private static void published(Delivery delivery, Payload body, Payload pack, Findings findings)
            throws MalformedPayloadException {
        String action = body.text("action");
        String type = pack.text("package_type");
        if (!action.equals("published") && !action.equals("updated")) {
            findings.ignored("the action %s publishes nothing".formatted(Shown.of(action)));
        } else if (!type.equalsIgnoreCase("container")) {
            findings.ignored("the package type %s is not container".formatted(Shown.of(type)));
        } else if (!pack.has("package_version")
                || !pack.object("package_version").has("container_metadata")) {
            findings.ignored("a package without a version to pull");
        } else {
            version(delivery, body, pack, findings);
        }
    }

    private static void version(Delivery delivery, Payload body, Payload pack, Findings findings)
            throws MalformedPayloadException {
        Payload version = pack.object("package_version");
        Payload container = version.object("container_metadata");
        Optional<String> other = refusal(container);
        if (other.isPresent()) {
            findings.ignored(other.get());
            return;
        }
        Optional<String> tag = Optional.empty();
        Optional<String> digest = Optional.empty();
        if (container.has("tag")) {
            tag = container.object("tag").optionalText("name");
            digest = container.object("tag").optionalText("digest");
        }
        Name name = name(version, pack);
        EventTarget target =
                EventTarget.of(delivery.registry(Optional.of(name.registry())), name.repository(), tag, digest);
        Optional<String> actor =
                body.has("sender") ? Delivery.actor(body.object("sender").optionalText("login")) : Optional.empty();
        // The signature is over the body; X-GitHub-Delivery is not signed and would make an old body new.
        findings.pushed(target, new Occurrence(delivery.body().hash(), delivery.receivedAt(), actor));
    }

    /** Returns why what the manifest says of itself is no image. */
    private static Optional<String> refusal(Payload container) throws MalformedPayloadException {
        if (!container.has("manifest")) {
            return Optional.empty();
        }
        Payload manifest = container.object("manifest");
        Optional<String> mediaType = manifest.optionalText("media_type");
        if (mediaType.isPresent() && ImageKinds.manifestRefusal(mediaType.get()).isPresent()) {
            return ImageKinds.manifestRefusal(mediaType.get());
        }
        // An index has a config, too, in this payload: an empty one.
        Optional<String> config =
                manifest.has("config") ? manifest.object("config").optionalText("media_type") : Optional.empty();
        return config.flatMap(ImageKinds::configRefusal);
    }

    private record Name(String registry, String repository) {}

    /** Reads {@code ghcr.io/Owner/name:tag}; owners may have capital letters, which names of images may not. */
    private static Name name(Payload version, Payload pack) throws MalformedPayloadException {
        Optional<String> url = version.optionalText("package_url");
        if (url.isEmpty()) {
            String path = pack.text("namespace") + "/" + pack.text("name");
            return new Name("ghcr.io", path.toLowerCase(Locale.ROOT));
        }
        String text = url.get().toLowerCase(Locale.ROOT);
        int slash = text.indexOf('/');
        int colon = text.indexOf(':', Math.max(slash, 0));
        if (slash < 1) {
            throw version.wrong("package_url", Shown.of(text) + ", expected HOST/OWNER/NAME:TAG");
        }
        return new Name(text.substring(0, slash), text.substring(slash + 1, colon < 0 ? text.length() : colon));
    }
}
