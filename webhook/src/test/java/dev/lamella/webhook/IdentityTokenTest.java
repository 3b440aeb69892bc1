package dev.lamella.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.webhook.WebhookAuthentication.GoogleOidc;
import dev.lamella.webhook.WebhookVerdict.Accepted;
import dev.lamella.webhook.WebhookVerdict.Unauthorized;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTokenTest {

    static final String AUDIENCE = "https://lamella.example.com";
    static final String ACCOUNT = "push@example-project.iam.gserviceaccount.com";
    private static final KeyPair KEYS = keys(2048);
    private static final String HEADER = "{\"alg\":\"RS256\",\"kid\":\"k1\",\"typ\":\"JWT\"}";
    private static final String CLAIMS =
            """
            {"aud":"%s","azp":"113774264463038321964","email":"%s","sub":"113774264463038321964","email_verified":true,
             "exp":%d,"iat":%d,"iss":"https://accounts.google.com"}""".formatted(AUDIENCE, ACCOUNT, Sender.NOW.getEpochSecond() + 1800, Sender.NOW.getEpochSecond() - 1800);

    @Test
    void googlesTokenLetsAMessageIn() throws Exception {
        assertThat(send(token(HEADER, CLAIMS))).isInstanceOf(Accepted.class);
    }

    @ParameterizedTest
    @CsvSource({
        "https://accounts.google.com, https://accounts.example.com, issuer",
        "https://lamella.example.com, https://other.example.com, audience",
        "push@example-project, push@attacker, is of",
        "\"email_verified\":true, \"email_verified\":\"true\", verified",
        "\"email_verified\":true, \"email_verified\":false, verified",
        "\"email\", \"mail\", email",
        "\"aud\", \"audience\", aud",
        "\"exp\":1, \"exp\":-1, exp",
        "\"exp\", \"expires\", exp",
        "\"iat\":1, \"iat\":2, future"
    })
    void aTokenForOrOfSomebodyElseDoesNot(String was, String is, String why) throws Exception {
        assertThat(CLAIMS).contains(was);
        assertThat(refusal(token(HEADER, CLAIMS.replace(was, is)))).contains(why);
    }

    @Test
    void aTokenExpires() throws Exception {
        String expired = CLAIMS.replace(
                "\"exp\":" + (Sender.NOW.getEpochSecond() + 1800), "\"exp\":" + (Sender.NOW.getEpochSecond() - 601));
        assertThat(refusal(token(HEADER, expired))).contains("expired at 2026-11-20T09:19:59Z");
    }

    @ParameterizedTest
    @CsvSource({"RS256, none, alg", "RS256, HS256, alg", "RS256, RS512, alg", "k1, k2, no key", "typ, crit, alg"})
    void aTokenDoesNotChooseHowItIsChecked(String was, String is, String why) throws Exception {
        assertThat(refusal(token(HEADER.replace(was, is), CLAIMS))).contains(why);
    }

    @Test
    void aTokenSignedWithThePublicKeyAsAPasswordIsNone() throws Exception {
        String content = encoded(HEADER.replace("RS256", "HS256")) + "." + encoded(CLAIMS);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEYS.getPublic().getEncoded(), "HmacSHA256"));
        String signature =
                Base64.getUrlEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
        assertThat(refusal(content + "." + signature)).contains("alg");
    }

    @Test
    void aChangedTokenIsNone() throws Exception {
        String[] parts = token(HEADER, CLAIMS).split("\\.", -1);
        String other = encoded(CLAIMS.replace("113774264463038321964", "0"));
        assertThat(refusal(parts[0] + "." + other + "." + parts[2])).isEqualTo("the token's signature is wrong");
        assertThat(refusal(parts[0] + "." + parts[1] + ".")).isEqualTo("the token's signature is wrong");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a.b", "a.b.c", "..", "a.b.c.d", "%.%.%", "e30.e30.e30", "W10.W10.W10"})
    void garbageIsRefused(String token) {
        assertThat(refusal(token)).isNotBlank();
    }

    @Test
    void keysAreReadFromAKeySet() throws Exception {
        Jwks set = Jwks.parse(jwks(KEYS, "k1"));
        assertThat(set.size()).isEqualTo(1);
        assertThat(set.find("k1")).hasValue(KEYS.getPublic());
        assertThat(set.find("k2")).isEmpty();
    }

    @Test
    void keysForOtherUsesArePassedOver() throws Exception {
        assertThat(Jwks.parse(json("{\"keys\":[{\"kty\":\"EC\",\"kid\":\"e\",\"crv\":\"P-256\"},"
                                + "{\"kty\":\"RSA\",\"use\":\"enc\",\"kid\":\"f\"}]}"))
                        .size())
                .isZero();
    }

    @Test
    void keySetsThatAreNoneAreRefused() {
        List<byte[]> sets = List.of(
                json("{}"),
                json("[]"),
                json("x"),
                json("{\"keys\":[{}]}"),
                json("{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\",\"n\":\"!\",\"e\":\"AQAB\"}]}"),
                jwks(keys(1024), "weak"));
        for (byte[] set : sets) {
            assertThatThrownBy(() -> Jwks.parse(set)).isInstanceOf(MalformedPayloadException.class);
        }
    }

    private static WebhookVerdict send(String token) {
        var google = new GoogleOidc(
                AUDIENCE, ACCOUNT, kid -> kid.equals("k1") ? Optional.of(KEYS.getPublic()) : Optional.empty());
        var config = new WebhookConfig(
                "google", WebhookProduct.GOOGLE_ARTIFACT_REGISTRY, google, Optional.empty(), WebhookLimits.DEFAULT);
        var request = new WebhookRequest("POST", "", Map.of("Authorization", List.of("Bearer " + token)));
        return new Webhook(config, ReplayGuard.NONE).receive(request, Sender.payload("google-push"), Sender.NOW);
    }

    private static String refusal(String token) {
        WebhookVerdict verdict = send(token);
        assertThat(verdict).isInstanceOf(Unauthorized.class);
        return ((Unauthorized) verdict).reason();
    }

    static String token(String header, String claims) throws GeneralSecurityException {
        String content = encoded(header) + "." + encoded(claims);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(KEYS.getPrivate());
        signature.update(content.getBytes(StandardCharsets.US_ASCII));
        return content + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    }

    private static byte[] jwks(KeyPair keys, String id) {
        var key = (RSAPublicKey) keys.getPublic();
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return json(
                "{\"keys\":[{\"kty\":\"RSA\",\"alg\":\"RS256\",\"use\":\"sig\",\"kid\":\"%s\",\"n\":\"%s\",\"e\":\"%s\"}]}"
                        .formatted(
                                id,
                                encoder.encodeToString(key.getModulus().toByteArray()),
                                encoder.encodeToString(key.getPublicExponent().toByteArray())));
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json(text));
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static KeyPair keys(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
