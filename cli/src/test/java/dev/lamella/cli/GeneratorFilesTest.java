package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.oci.Platform;
import dev.lamella.oci.Reference;
import dev.lamella.policy.Decision;
import dev.lamella.policy.PublicationSource;
import dev.lamella.policy.RetentionRule;
import dev.lamella.webhook.WebhookConfig;
import dev.lamella.webhook.WebhookProduct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files of the generator that the configuration names: policy and webhooks. */
class GeneratorFilesTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path directory;

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("file.toml"), text.replace("$", directory.toString()));
    }

    private void secret(String permissions) throws IOException {
        Path file = Files.writeString(directory.resolve("secret"), SECRET + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void aPolicyHasRulesForSourcesAndRetention() throws IOException {
        PolicyFile policy = PolicyFile.read(write("""
                [policy]
                platforms = ["linux/arm64"]
                image-bytes-max = "20GiB"
                layers-max = 7
                [sources.everybody]
                source = "*"
                deny = ["registry.example.com/secret/**"]
                [sources.hooks]
                source = "webhook:*"
                allow = ["registry.example.com/**"]
                [retention.nightly]
                repositories = ["registry.example.com/nightly/**"]
                keep-last = 10
                keep-newer = "30d"
                drop-deleted = true
                """));
        assertThat(policy.publication().platforms()).containsExactly(Platform.parse("linux/arm64"));
        assertThat(policy.publication().limits().imageBytesMax()).isEqualTo(20L << 30);
        assertThat(policy.publication().limits().layersMax()).isEqualTo(7);
        Reference app = Reference.parse("registry.example.com/app:1");
        Reference other = Reference.parse("quay.io/team/app:1");
        Reference secret = Reference.parse("registry.example.com/secret/app:1");
        PublicationSource hook = PublicationSource.webhook("harbor");
        assertThat(policy.publication().decide(hook, app).isAllowed()).isTrue();
        assertThat(policy.publication().decide(PublicationSource.API, other).isAllowed())
                .isTrue();
        assertThat(policy.publication().decide(PublicationSource.API, secret).isAllowed())
                .isFalse();
        assertThat(policy.publication().decide(hook, other))
                .isInstanceOfSatisfying(
                        Decision.Refused.class,
                        refused -> assertThat(refused.reason()).contains("sources.hooks.allow"));
        RetentionRule rule = policy.retention().rules().getFirst();
        assertThat(rule.name()).isEqualTo("retention.nightly");
        assertThat(rule.keepLast()).hasValue(10);
        assertThat(rule.keepNewer()).contains(Duration.ofDays(30));
        assertThat(rule.keepUsed()).isTrue();
        assertThat(rule.dropDeleted()).isTrue();
    }

    @Test
    void anEmptyPolicyAllowsEverything() throws IOException {
        assertThat(PolicyFile.read(write("# nothing\n"))).isEqualTo(PolicyFile.OPEN);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [polisy]                                     | :1:1: unknown table or key "polisy"
            [policy]\\nlayer-max = 1                       | :2:1: unknown key "layer-max"; known here: image-bytes-max, layer-bytes-max
            [policy]\\nlayers-max = 0                      | :2:1: policy.layers-max: expected a number from 1 to 1000
            policy = 1                                   | :1:1: policy: expected a table [policy]
            [sources]\\na = 1                              | :2:1: sources.a: expected a table [sources.NAME]
            [sources.a]\\nallow = []                       | sources.a.source is missing: expected a text
            [sources.a]\\nsource = "web hook"              | :2:1: sources.a: source "web hook": expected api, cli, node or webhook:NAME
            [retention.a]\\nkeep-last = 1                  | retention.a.repositories is missing
            [retention.a]\\nrepositories = ["a b"]         | :2:1: retention.a.repositories: expected an array of patterns
            [policy                                      | :1:8:
            """)
    void whatIsWrongWithAPolicyIsSaidWithItsPlace(String text, String message) throws IOException {
        Path file = write(text.replace("\\n", "\n"));
        assertThatThrownBy(() -> PolicyFile.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message.strip());
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> PolicyFile.read(directory.resolve("none")))
                .isInstanceOf(ConfigException.class)
                .hasMessage(directory.resolve("none") + ": no such file");
    }

    @Test
    void webhooksHaveNamesProductsAndSecrets() throws IOException {
        secret("rw-------");
        List<WebhookConfig> hooks = WebhooksFile.read(write("""
                [webhooks.registry]
                product = "docker-distribution"
                registry = "registry.example.com:5000"
                authentication = "bearer"
                secret-file = "$/secret"
                body-bytes = "64KiB"
                [webhooks.hub]
                product = "docker-hub"
                authentication = "secret-path"
                secret-file = "$/secret"
                [webhooks.github]
                product = "github"
                authentication = "signature"
                secret-file = "$/secret"
                [webhooks.google]
                product = "google"
                authentication = "google-oidc"
                audience = "https://generator.example.com"
                service-account = "push@example.iam.gserviceaccount.com"
                """));
        assertThat(hooks)
                .extracting(WebhookConfig::product)
                .containsExactlyInAnyOrder(
                        WebhookProduct.DOCKER_DISTRIBUTION,
                        WebhookProduct.DOCKER_HUB,
                        WebhookProduct.GITHUB_PACKAGES,
                        WebhookProduct.GOOGLE_ARTIFACT_REGISTRY);
        assertThat(hooks.toString()).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            product = "gitea"                                                                     | webhooks.a.product: expected one of "docker-distribution"
            product = "docker-hub"                                                                | webhooks.a.authentication is missing
            product = "docker-hub"\\nauthentication = "bearer"\\nsecret-file = "$/secret"            | Docker Hub does not send a bearer token
            product = "docker-distribution"\\nauthentication = "bearer"\\nsecret-file = "$/secret"   | registry is missing
            product = "docker-hub"\\nauthentication = "secret-path"\\nsecret-file = "$/none"         | none: no such file
            """)
    void whatIsWrongWithAWebhookIsSaid(String text, String message) throws IOException {
        secret("rw-r-----");
        Path file = write("[webhooks.a]\n" + text.replace("\\n", "\n"));
        assertThatThrownBy(() -> WebhooksFile.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message.strip());
    }

    @Test
    void aSecretThatAnybodyMayReadIsRefused() throws IOException {
        secret("rw-r--r--");
        Path file = write("""
                [webhooks.a]
                product = "docker-hub"
                authentication = "secret-path"
                secret-file = "$/secret"
                """);
        assertThatThrownBy(() -> WebhooksFile.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("anybody may read")
                .hasMessageNotContaining(SECRET);
    }
}
