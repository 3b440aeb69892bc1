package dev.lamella.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.webhook.WebhookAuthentication.Basic;
import dev.lamella.webhook.WebhookAuthentication.Bearer;
import dev.lamella.webhook.WebhookAuthentication.HmacSha256;
import dev.lamella.webhook.WebhookAuthentication.SecretHeader;
import dev.lamella.webhook.WebhookAuthentication.SecretPath;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AuthenticatorTest {

    private static final byte[] BODY = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
    private static final Secret SECRET = new Secret(Sender.SECRET);
    private static final String SIGNATURE = "X-Hub-Signature-256";
    private static final WebhookAuthentication SIGNED = HmacSha256.github(SECRET);
    private static final WebhookAuthentication BASIC = new Basic("lamella", SECRET);
    private static final WebhookAuthentication HEADER = new SecretHeader("X-Gitlab-Token", SECRET);

    static Stream<Arguments> right() {
        return Stream.of(
                Arguments.of(new Bearer(SECRET), "Authorization", "Bearer " + Sender.SECRET),
                Arguments.of(new Bearer(SECRET), "AUTHORIZATION", "bearer  " + Sender.SECRET),
                Arguments.of(BASIC, "Authorization", basic("lamella:" + Sender.SECRET)),
                Arguments.of(HEADER, "x-gitlab-token", Sender.SECRET),
                Arguments.of(SIGNED, SIGNATURE, "sha256=" + Sender.hmac(Sender.SECRET, BODY)));
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of(new Bearer(SECRET), "Authorization", "Bearer " + Sender.SECRET + "0"),
                Arguments.of(new Bearer(SECRET), "Authorization", "Bearer"),
                Arguments.of(new Bearer(SECRET), "Authorization", Sender.SECRET),
                Arguments.of(new Bearer(SECRET), "Authorization", "Basic " + Sender.SECRET),
                Arguments.of(new Bearer(SECRET), "X-Other", "Bearer " + Sender.SECRET),
                Arguments.of(BASIC, "Authorization", basic("lamella:" + Sender.SECRET + "0")),
                Arguments.of(BASIC, "Authorization", basic("other:" + Sender.SECRET)),
                Arguments.of(BASIC, "Authorization", basic(Sender.SECRET)),
                Arguments.of(BASIC, "Authorization", basic("")),
                Arguments.of(BASIC, "Authorization", "Basic %%%"),
                Arguments.of(BASIC, "Authorization", "Basic \u00e9\u4e2d"),
                Arguments.of(HEADER, "X-Gitlab-Token", ""),
                Arguments.of(HEADER, "X-Gitlab-Token", Sender.SECRET.substring(1)),
                Arguments.of(SIGNED, SIGNATURE, "sha256=" + Sender.hmac(Sender.SECRET.replace('0', '1'), BODY)),
                Arguments.of(SIGNED, SIGNATURE, "sha256=" + Sender.hmac(Sender.SECRET, new byte[] {1})),
                Arguments.of(SIGNED, SIGNATURE, Sender.hmac(Sender.SECRET, BODY)),
                Arguments.of(SIGNED, SIGNATURE, "sha256="),
                Arguments.of(SIGNED, SIGNATURE, "sha256=xyz"),
                Arguments.of(SIGNED, SIGNATURE, "sha256=" + "0".repeat(64)));
    }

    @ParameterizedTest
    @MethodSource("right")
    void whoKnowsTheSecretIsLetIn(WebhookAuthentication expected, String header, String value) {
        assertThat(refusal(expected, "", Map.of(header, List.of(value)))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whoDoesNotIsRefusedAndNotToldTheSecret(WebhookAuthentication expected, String header, String value) {
        assertThat(refusal(expected, "", Map.of(header, List.of(value))).orElseThrow())
                .doesNotContain(Sender.SECRET)
                .doesNotContain(Sender.hmac(Sender.SECRET, BODY));
    }

    @ParameterizedTest
    @MethodSource("right")
    void aHeaderThatIsThereTwiceMeansNothing(WebhookAuthentication expected, String header, String value) {
        assertThat(refusal(expected, "", Map.of(header, List.of(value, value)))).isPresent();
        assertThat(refusal(expected, "", Map.of(swapCase(header), List.of("x"), header, List.of(value))))
                .isPresent();
        assertThat(refusal(expected, "", Map.of())).isPresent();
    }

    @Test
    void aSecretPath() {
        var path = new SecretPath(SECRET);
        assertThat(refusal(path, "/" + Sender.SECRET, Map.of())).isEmpty();
        assertThat(refusal(path, Sender.SECRET, Map.of())).isEmpty();
        for (String suffix : List.of("", "/", "/" + Sender.SECRET + "/", "//" + Sender.SECRET, "/0f1e")) {
            assertThat(refusal(path, suffix, Map.of())).as(suffix).isPresent();
        }
    }

    private static Optional<String> refusal(
            WebhookAuthentication expected, String suffix, Map<String, List<String>> headers) {
        var limits = WebhookLimits.DEFAULT;
        return new Authenticator(expected, new PayloadReader(limits), limits)
                .refusal(new WebhookRequest("POST", suffix, headers), BODY, Sender.NOW);
    }

    private static String swapCase(String text) {
        return text.equals(text.toUpperCase(Locale.ROOT))
                ? text.toLowerCase(Locale.ROOT)
                : text.toUpperCase(Locale.ROOT);
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
}
