package dev.lamella.policy;

import dev.lamella.filetree.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The public keys of a requirement for sigstore's signatures: ECDSA on the curves P-256, P-384 and P-521, RSA, or Ed25519. ECDSA and RSA
 * (PKCS #1 1.5) sign the text's SHA-256, Ed25519 the text.
 *
 * @param keys the keys
 */
record SigstoreKeys(List<PublicKey> keys) {

    /** The annotation that holds the signature. */
    static final String SIGNATURE = "dev.cosignproject.cosign/signature";

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ((?:RSA )?PUBLIC KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");

    SigstoreKeys {
        keys = List.copyOf(keys);
    }

    /**
     * Reads keys in PEM form, one each.
     *
     * @throws PolicyException if one is none
     */
    static SigstoreKeys parse(List<KeySource.Keys> sources) throws PolicyException {
        var keys = new ArrayList<PublicKey>();
        for (KeySource.Keys source : sources) {
            keys.add(key(source));
        }
        return new SigstoreKeys(keys);
    }

    private static PublicKey key(KeySource.Keys source) throws PolicyException {
        Matcher pem = PEM.matcher(new String(source.content().toByteArray(), StandardCharsets.ISO_8859_1));
        if (pem.find()) {
            for (String algorithm : ALGORITHMS) {
                try {
                    byte[] der = Base64.getDecoder().decode(pem.group(2).replaceAll("\\s", ""));
                    byte[] encoded = pem.group(1).startsWith("RSA") ? Der.rsaPublicKey(der) : der;
                    return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
                } catch (GeneralSecurityException | IllegalArgumentException _) {
                    // Perhaps a key of the next kind.
                }
            }
        }
        throw new PolicyException(
                "%s: not a public key of ECDSA (P-256, P-384, P-521), RSA or Ed25519 in PEM form as 'cosign generate-key-pair' writes it"
                        .formatted(source.name()));
    }

    /**
     * Returns the text of a signature if one of these keys has signed it.
     *
     * @throws InvalidSignatureException if not, and why not
     */
    byte[] verify(ImageSignature.Sigstore signature, SignatureLimits limits) throws InvalidSignatureException {
        if (signature.payload().length() > limits.payloadBytes()) {
            throw new InvalidSignatureException(
                    "the signed text has more than %d bytes".formatted(limits.payloadBytes()));
        }
        String base64 = signature.annotations().getOrDefault(SIGNATURE, "");
        if (base64.isEmpty()) {
            throw new InvalidSignatureException("no annotation " + SIGNATURE);
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64.replaceAll("[\r\n]", ""));
        } catch (IllegalArgumentException _) {
            throw new InvalidSignatureException("the annotation " + SIGNATURE + " is not base64");
        }
        ByteString text = signature.payload();
        for (PublicKey key : keys) {
            if (hasSigned(key, text.toByteArray(), bytes)) {
                return text.toByteArray();
            }
        }
        throw new InvalidSignatureException("not the signature of %s in the policy, or the signed text was changed"
                .formatted(keys.size() == 1 ? "the key" : "any of the %d keys".formatted(keys.size())));
    }

    private static boolean hasSigned(PublicKey key, byte[] text, byte[] bytes) {
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "Ed25519";
        };
        try {
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(key);
            verifier.update(text);
            return verifier.verify(bytes);
        } catch (GeneralSecurityException _) {
            // Bytes that are no signature of this kind.
            return false;
        }
    }
}
