package dev.lamella.webhook;

import dev.lamella.oci.OciException;
import dev.lamella.oci.Reference;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A hook: what sends to it, how the sender proves itself, and under which name its images are pulled.
 *
 * @param name the hook's name in paths and logs: a-z 0-9 and -, at most 63 characters
 * @param product what sends
 * @param authentication how it proves itself; one of the ways the product has
 * @param registry the host, and port, under which the images are pulled. If given, it is what all events are about, whatever the
 *     payload says; it must be given for products that only repeat what a client called the registry
 * @param limits limits of a request
 */
public record WebhookConfig(
        String name,
        WebhookProduct product,
        WebhookAuthentication authentication,
        Optional<String> registry,
        WebhookLimits limits) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /**
     * Checks that the parts go together.
     *
     * @throws WebhookConfigException if they do not, saying why
     */
    public WebhookConfig {
        if (!NAME.matcher(name).matches()) {
            throw new WebhookConfigException(
                    "%s: not the name of a webhook; it may hold a-z 0-9 and - and has at most 63 characters"
                            .formatted(Shown.of(name)));
        }
        product.refusal(authentication.way()).ifPresent(why -> {
            throw new WebhookConfigException("webhook %s: %s".formatted(name, why));
        });
        if (registry.isEmpty() && product.needsRegistry()) {
            throw new WebhookConfigException(
                    "webhook %s: registry is missing: in events of %s the registry's name is whatever the pushing client called it"
                            .formatted(name, product.words()));
        }
        registry.filter(host -> !isRegistry(host)).ifPresent(host -> {
            throw new WebhookConfigException(
                    "webhook %s: registry %s: expected HOST or HOST:PORT as images are pulled from, with a dot or a port"
                            .formatted(name, Shown.of(host)));
        });
    }

    private static boolean isRegistry(String host) {
        try {
            return Reference.parse(host + "/name").registry().equals(host);
        } catch (OciException _) {
            return false;
        }
    }
}
