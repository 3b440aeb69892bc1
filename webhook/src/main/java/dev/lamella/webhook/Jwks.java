package dev.lamella.webhook;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The RSA keys of a JSON Web Key Set, by their IDs. Keys of other kinds or for other uses are passed over.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7517">RFC 7517</a>
 */
public final class Jwks implements SigningKeys {

    private static final int BYTES_MAX = 256 << 10;
    private static final int KEYS_MAX = 100;
    private static final int MODULUS_BITS_MIN = 2048;
    private static final int MODULUS_BITS_MAX = 16_384;

    private final Map<String, PublicKey> keys;

    private Jwks(Map<String, PublicKey> keys) {
        this.keys = Map.copyOf(keys);
    }

    /**
     * Reads a key set, such as that of Google at {@code https://www.googleapis.com/oauth2/v3/certs}.
     *
     * @throws MalformedPayloadException if it is none, has more than 100 keys or 256 KiB, or a key of fewer than 2048 bits
     */
    public static Jwks parse(byte[] json) throws MalformedPayloadException {
        if (json.length > BYTES_MAX) {
            throw new MalformedPayloadException("key set", "more than %d bytes".formatted(BYTES_MAX));
        }
        Payload set = new PayloadReader(WebhookLimits.DEFAULT).read(json, "key set");
        var keys = new LinkedHashMap<String, PublicKey>();
        for (Payload key : set.objects("keys", KEYS_MAX)) {
            boolean rsa = key.text("kty").equals("RSA");
            boolean signs = key.optionalText("use").orElse("sig").equals("sig")
                    && key.optionalText("alg").orElse(IdentityToken.ALGORITHM).equals(IdentityToken.ALGORITHM);
            if (rsa && signs) {
                keys.put(key.text("kid"), rsa(key));
            }
        }
        return new Jwks(keys);
    }

    private static PublicKey rsa(Payload key) throws MalformedPayloadException {
        BigInteger modulus = number(key, "n");
        if (modulus.bitLength() < MODULUS_BITS_MIN || modulus.bitLength() > MODULUS_BITS_MAX) {
            throw key.wrong(
                    "n",
                    "%d bits, expected %d to %d".formatted(modulus.bitLength(), MODULUS_BITS_MIN, MODULUS_BITS_MAX));
        }
        try {
            return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, number(key, "e")));
        } catch (GeneralSecurityException _) {
            throw key.wrong("e", "not an RSA key");
        }
    }

    private static BigInteger number(Payload key, String field) throws MalformedPayloadException {
        try {
            return new BigInteger(1, Base64.getUrlDecoder().decode(key.text(field)));
        } catch (IllegalArgumentException _) {
            throw key.wrong(field, "not base64url");
        }
    }

    @Override
    public Optional<PublicKey> find(String keyId) {
        return Optional.ofNullable(keys.get(keyId));
    }

    /** Returns how many keys there are. */
    public int size() {
        return keys.size();
    }
}
