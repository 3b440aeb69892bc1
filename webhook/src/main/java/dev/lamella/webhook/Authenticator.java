package dev.lamella.webhook;

import dev.lamella.webhook.WebhookAuthentication.Basic;
import dev.lamella.webhook.WebhookAuthentication.Bearer;
import dev.lamella.webhook.WebhookAuthentication.GoogleOidc;
import dev.lamella.webhook.WebhookAuthentication.HmacSha256;
import dev.lamella.webhook.WebhookAuthentication.SecretHeader;
import dev.lamella.webhook.WebhookAuthentication.SecretPath;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;

/** Tells whether a request's sender is the one a hook expects. Reasons hold nothing of what was sent as a secret. */
final class Authenticator {

    private static final String AUTHORIZATION = "Authorization";
    private static final String HMAC = "HmacSHA256";

    private final WebhookAuthentication expected;
    private final PayloadReader reader;
    private final WebhookLimits limits;

    Authenticator(WebhookAuthentication expected, PayloadReader reader, WebhookLimits limits) {
        this.expected = expected;
        this.reader = reader;
        this.limits = limits;
    }

    /** Returns why the sender is not known; nothing if it is. */
    Optional<String> refusal(WebhookRequest request, byte[] body, Instant now) {
        return switch (expected) {
            case HmacSha256 signed -> signatureRefusal(signed, request, body);
            case Bearer bearer ->
                credentials(request, "Bearer").filter(bearer.token()::matches).isPresent()
                        ? Optional.empty()
                        : Optional.of("the bearer token is missing or wrong");
            case Basic basic -> basicRefusal(basic, request);
            case SecretHeader secret ->
                request.header(secret.header()).filter(secret.token()::matches).isPresent()
                        ? Optional.empty()
                        : Optional.of("the header %s is missing, there twice or wrong".formatted(secret.header()));
            case SecretPath secret -> {
                String suffix = request.pathSuffix();
                boolean known = secret.token().matches(suffix.startsWith("/") ? suffix.substring(1) : suffix);
                yield known ? Optional.empty() : Optional.of("the secret in the path is missing or wrong");
            }
            case GoogleOidc google -> {
                var token = new IdentityToken(google, reader, limits);
                Optional<String> sent = credentials(request, "Bearer");
                yield sent.isEmpty() ? Optional.of("the bearer token is missing") : token.refusal(sent.get(), now);
            }
        };
    }

    private static Optional<String> signatureRefusal(HmacSha256 signed, WebhookRequest request, byte[] body) {
        Optional<String> sent = request.header(signed.header()).filter(value -> value.startsWith(signed.prefix()));
        if (sent.isEmpty()) {
            return Optional.of("the header %s is missing, there twice or without %s"
                    .formatted(signed.header(), Shown.of(signed.prefix())));
        }
        try {
            byte[] signature = HexFormat.of()
                    .parseHex(sent.get(), signed.prefix().length(), sent.get().length());
            Mac mac = Mac.getInstance(HMAC);
            mac.init(signed.secret().key(HMAC));
            if (MessageDigest.isEqual(mac.doFinal(body), signature)) {
                return Optional.empty();
            }
        } catch (IllegalArgumentException _) {
            return Optional.of("the header %s is not hexadecimal".formatted(signed.header()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
        return Optional.of("the signature in %s is not that of the body; is the secret the same on both sides?"
                .formatted(signed.header()));
    }

    private static Optional<String> basicRefusal(Basic basic, WebhookRequest request) {
        Optional<String> sent = credentials(request, "Basic");
        try {
            String pair = new String(
                    Base64.getDecoder().decode(sent.orElse("").getBytes(StandardCharsets.ISO_8859_1)),
                    StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            // Both are looked at whatever the first says, so that the time does not tell a user that is right.
            boolean user = MessageDigest.isEqual(
                    pair.substring(0, Math.max(colon, 0)).getBytes(StandardCharsets.UTF_8),
                    basic.user().getBytes(StandardCharsets.UTF_8));
            boolean password = basic.password().matches(pair.substring(colon + 1));
            return user && password ? Optional.empty() : Optional.of("user or password is missing or wrong");
        } catch (IllegalArgumentException _) {
            return Optional.of("the Authorization header is not base64");
        }
    }

    /** Returns what follows the name of a scheme in the Authorization header. */
    private static Optional<String> credentials(WebhookRequest request, String scheme) {
        return request.header(AUTHORIZATION)
                .filter(value -> value.regionMatches(true, 0, scheme + " ", 0, scheme.length() + 1))
                .map(value -> value.substring(scheme.length() + 1).strip());
    }
}
