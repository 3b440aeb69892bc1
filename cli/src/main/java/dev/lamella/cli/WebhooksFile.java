package dev.lamella.cli;

import dev.lamella.service.FetchedKeys;
import dev.lamella.webhook.Secret;
import dev.lamella.webhook.WebhookAuthentication;
import dev.lamella.webhook.WebhookConfig;
import dev.lamella.webhook.WebhookConfigException;
import dev.lamella.webhook.WebhookLimits;
import dev.lamella.webhook.WebhookProduct;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who tells the generator of pushes, as {@code generator.webhooks} says. {@code docs/webhooks.md} describes the file. */
final class WebhooksFile {

    private static final long SECRET_BYTES_MAX = 4096;
    private static final String[] PRODUCTS =
            Arrays.stream(WebhookProduct.values()).map(WebhookProduct::key).toArray(String[]::new);

    private WebhooksFile() {}

    /**
     * Reads the file, and the secrets that it names.
     *
     * @throws ConfigException if anything in it is not right
     */
    static List<WebhookConfig> read(Path file) throws IOException {
        SettingsFile settings = SettingsFile.read(file);
        var webhooks = new ArrayList<WebhookConfig>();
        for (Map.Entry<String, SettingsFile.Section> entry :
                settings.sections("webhooks").entrySet()) {
            SettingsFile.Section section = entry.getValue();
            try {
                webhooks.add(webhook(entry.getKey(), section));
            } catch (WebhookConfigException e) {
                throw section.wrong("", String.valueOf(e.getMessage()));
            }
        }
        settings.requireNothingElse();
        return webhooks;
    }

    private static WebhookConfig webhook(String name, SettingsFile.Section section) throws IOException {
        String product = section.require("product", ConfigType.oneOf(PRODUCTS));
        WebhookLimits limits = WebhookLimits.DEFAULT;
        var bodyBytes = section.get("body-bytes", ConfigType.size(1024, 64 << 20));
        if (bodyBytes.isPresent()) {
            limits = limits.withBodyBytes(Math.toIntExact(bodyBytes.get()));
        }
        var age = section.get("event-age", ConfigType.time(Duration.ofDays(365)));
        if (age.isPresent()) {
            limits = limits.withEventAgeSeconds(age.get().toSeconds());
        }
        return new WebhookConfig(
                name,
                WebhookProduct.ofKey(product).orElseThrow(),
                authentication(section),
                section.get("registry", ConfigType.text(300)),
                limits);
    }

    private static WebhookAuthentication authentication(SettingsFile.Section section) throws IOException {
        String way = section.require(
                "authentication",
                ConfigType.oneOf("signature", "bearer", "basic", "secret-header", "secret-path", "google-oidc"));
        return switch (way) {
            case "signature" -> {
                Optional<String> header = section.get("header", ConfigType.text(64));
                String prefix = section.get("prefix", ConfigType.text(64)).orElse("sha256=");
                Secret secret = secret(section);
                yield header.isPresent()
                        ? new WebhookAuthentication.HmacSha256(header.get(), prefix, secret)
                        : WebhookAuthentication.HmacSha256.github(secret);
            }
            case "bearer" -> new WebhookAuthentication.Bearer(secret(section));
            case "basic" ->
                new WebhookAuthentication.Basic(section.require("user", ConfigType.text(200)), secret(section));
            case "secret-header" ->
                new WebhookAuthentication.SecretHeader(
                        section.get("header", ConfigType.text(64)).orElse("Authorization"), secret(section));
            case "secret-path" -> new WebhookAuthentication.SecretPath(secret(section));
            default ->
                new WebhookAuthentication.GoogleOidc(
                        section.require("audience", ConfigType.text(1000)),
                        section.require("service-account", ConfigType.text(320)),
                        FetchedKeys.ofGoogle());
        };
    }

    private static Secret secret(SettingsFile.Section section) throws IOException {
        Path file = section.require("secret-file", ConfigType.absolutePath());
        return new Secret(SecretFile.read(file, SECRET_BYTES_MAX));
    }
}
