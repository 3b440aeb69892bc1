package dev.lamella.webhook;

import dev.lamella.webhook.WebhookAuthentication.GoogleOidc;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * Checks a Google identity token: signature, issuer, audience, account and time.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8725">RFC 8725, best practices for JSON Web Tokens</a>
 */
final class IdentityToken {

    /** The only algorithm: with it fixed, a token cannot choose a weaker one or none. */
    static final String ALGORITHM = "RS256";

    private static final Set<String> ISSUERS = Set.of("https://accounts.google.com", "accounts.google.com");
    private static final int KEY_ID_CHARS_MAX = 128;

    private final GoogleOidc expected;
    private final PayloadReader reader;
    private final long clockSkewSeconds;

    IdentityToken(GoogleOidc expected, PayloadReader reader, WebhookLimits limits) {
        this.expected = expected;
        this.reader = reader;
        this.clockSkewSeconds = limits.clockSkewSeconds();
    }

    /** Returns why a token is refused; nothing if it is good. */
    Optional<String> refusal(String token, Instant now) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.of("the bearer token is not a JWT of three parts");
        }
        try {
            PublicKey key = key(reader.read(decoded(parts[0]), "token header"));
            if (!isSigned(parts, key)) {
                return Optional.of("the token's signature is wrong");
            }
            return claimRefusal(reader.read(decoded(parts[1]), "token claims"), now);
        } catch (MalformedPayloadException e) {
            return Optional.of(e.where() + ": " + e.reason());
        } catch (IllegalArgumentException _) {
            return Optional.of("the token is not base64url");
        }
    }

    private PublicKey key(Payload header) throws MalformedPayloadException {
        if (!header.text("alg").equals(ALGORITHM) || header.has("crit")) {
            throw header.wrong("alg", "expected " + ALGORITHM + " without critical extensions");
        }
        String id = header.text("kid");
        if (id.length() > KEY_ID_CHARS_MAX) {
            throw header.wrong("kid", "too long");
        }
        Optional<PublicKey> key = expected.keys().find(id);
        if (key.isEmpty()) {
            throw header.wrong("kid", "Google has no key " + Shown.of(id));
        }
        return key.get();
    }

    private static boolean isSigned(String[] parts, PublicKey key) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(key);
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            return signature.verify(decoded(parts[2]));
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private Optional<String> claimRefusal(Payload claims, Instant now) throws MalformedPayloadException {
        if (!ISSUERS.contains(claims.text("iss"))) {
            return Optional.of("the token's issuer is not Google");
        }
        if (!claims.text("aud").equals(expected.audience())) {
            return Optional.of("the token is for the audience %s, expected %s"
                    .formatted(Shown.of(claims.text("aud")), Shown.of(expected.audience())));
        }
        if (!claims.text("email").equals(expected.serviceAccount()) || !claims.isTrue("email_verified")) {
            return Optional.of("the token is of %s, expected %s, verified"
                    .formatted(Shown.of(claims.text("email")), Shown.of(expected.serviceAccount())));
        }
        if (claims.unixTime("exp").plusSeconds(clockSkewSeconds).isBefore(now)) {
            return Optional.of("the token expired at " + claims.unixTime("exp"));
        }
        if (claims.unixTime("iat").minusSeconds(clockSkewSeconds).isAfter(now)) {
            return Optional.of("the token was issued in the future, at " + claims.unixTime("iat"));
        }
        return Optional.empty();
    }

    private static byte[] decoded(String part) {
        return Base64.getUrlDecoder().decode(part);
    }
}
