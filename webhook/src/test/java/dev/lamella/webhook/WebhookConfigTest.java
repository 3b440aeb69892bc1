package dev.lamella.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.webhook.WebhookAuthentication.Basic;
import dev.lamella.webhook.WebhookAuthentication.Bearer;
import dev.lamella.webhook.WebhookAuthentication.GoogleOidc;
import dev.lamella.webhook.WebhookAuthentication.HmacSha256;
import dev.lamella.webhook.WebhookAuthentication.SecretHeader;
import dev.lamella.webhook.WebhookAuthentication.SecretPath;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookConfigTest {

    private static final Secret SECRET = new Secret(Sender.SECRET);
    private static final List<WebhookAuthentication> ALL = List.of(
            HmacSha256.github(SECRET),
            new Bearer(SECRET),
            new Basic("lamella", SECRET),
            new SecretHeader("Authorization", SECRET),
            new SecretPath(SECRET),
            new GoogleOidc("https://lamella.example.com", "push@example.com", _ -> Optional.empty()));

    @ParameterizedTest
    @CsvSource({
        "docker-distribution, BEARER BASIC SECRET_HEADER SECRET_PATH",
        "harbor, BEARER BASIC SECRET_HEADER SECRET_PATH",
        "quay, BASIC SECRET_PATH",
        "gitlab, BEARER BASIC SECRET_HEADER SECRET_PATH",
        "github, SIGNATURE",
        "docker-hub, SECRET_PATH",
        "azure, BEARER BASIC SECRET_HEADER SECRET_PATH",
        "google, SECRET_PATH GOOGLE_OIDC",
        "aws-ecr, BEARER BASIC SECRET_HEADER"
    })
    void aProductProvesItselfInItsOwnWaysOnly(String key, String ways) {
        WebhookProduct product = WebhookProduct.ofKey(key).orElseThrow();
        for (WebhookAuthentication authentication : ALL) {
            if (List.of(ways.split(" ", -1)).contains(authentication.way().name())) {
                assertThat(config(product, authentication, Sender.REGISTRY).product())
                        .isEqualTo(product);
            } else {
                assertThatExceptionOfType(WebhookConfigException.class)
                        .isThrownBy(() -> config(product, authentication, Sender.REGISTRY))
                        .withMessageContaining(product.words() + " does not send ")
                        .withMessageNotContaining(Sender.SECRET);
            }
        }
    }

    @Test
    void allWaysAreTried() {
        assertThat(ALL)
                .extracting(WebhookAuthentication::way)
                .containsExactlyInAnyOrder(WebhookAuthentication.Way.values());
    }

    @ParameterizedTest
    @EnumSource(WebhookProduct.class)
    void someProductsNeedTheNameOfTheRegistry(WebhookProduct product) {
        WebhookAuthentication way = ALL.stream()
                .filter(authentication -> product.ways().contains(authentication.way()))
                .findFirst()
                .orElseThrow();
        boolean refused = Stream.of("docker-distribution", "gitlab", "azure").anyMatch(product.key()::equals);
        assertThat(product.needsRegistry()).isEqualTo(refused);
        if (refused) {
            assertThatThrownBy(() -> new WebhookConfig("hook", product, way, Optional.empty(), WebhookLimits.DEFAULT))
                    .isInstanceOf(WebhookConfigException.class)
                    .hasMessageContaining("registry is missing");
        } else {
            assertThat(new WebhookConfig("hook", product, way, Optional.empty(), WebhookLimits.DEFAULT).registry())
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "registry", "https://a.example.com", "a.example.com/b", "a.example.com:x", "a b.com"})
    void aRegistryIsAHost(String host) {
        assertThatThrownBy(() -> config(WebhookProduct.HARBOR, new Bearer(SECRET), host))
                .isInstanceOf(WebhookConfigException.class)
                .hasMessageContaining("expected HOST or HOST:PORT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Hook", "a/b", "-a", "a\nb"})
    void aNameIsPlain(String name) {
        assertThatThrownBy(() -> new WebhookConfig(
                        name, WebhookProduct.HARBOR, new Bearer(SECRET), Optional.empty(), WebhookLimits.DEFAULT))
                .isInstanceOf(WebhookConfigException.class)
                .hasMessageContaining("not the name of a webhook");
    }

    @Test
    void weakSecretsAndUselessWaysAreRefused() {
        List<Runnable> attempts = List.of(
                () -> new Secret("change-me"),
                () -> new Secret("x".repeat(2000)),
                () -> new SecretPath(new Secret("sixteen/characters")),
                () -> new Basic("a:b", SECRET),
                () -> new Basic("", SECRET),
                () -> new SecretHeader("X Token", SECRET),
                () -> new GoogleOidc("", "push@example.com", _ -> Optional.empty()),
                () -> new GoogleOidc("https://lamella.example.com", "anybody", _ -> Optional.empty()),
                () -> WebhookLimits.DEFAULT.withBodyBytes(0),
                () -> WebhookLimits.DEFAULT.withEventAgeSeconds(0));
        for (Runnable attempt : attempts) {
            assertThatThrownBy(attempt::run).isInstanceOf(WebhookConfigException.class);
        }
    }

    @Test
    void secretsAreNotPrinted() {
        for (WebhookAuthentication authentication : ALL) {
            assertThat(authentication.toString()).doesNotContain(Sender.SECRET);
        }
        assertThat(config(WebhookProduct.HARBOR, new Bearer(SECRET), Sender.REGISTRY)
                        .toString())
                .contains("***")
                .doesNotContain(Sender.SECRET);
        var request = new WebhookRequest(
                "POST", "/" + Sender.SECRET, Map.of("Authorization", List.of("Bearer " + Sender.SECRET)));
        assertThat(request.toString()).contains("Authorization").doesNotContain(Sender.SECRET);
    }

    private static WebhookConfig config(WebhookProduct product, WebhookAuthentication way, String registry) {
        return new WebhookConfig("hook", product, way, Optional.of(registry), WebhookLimits.DEFAULT);
    }
}
