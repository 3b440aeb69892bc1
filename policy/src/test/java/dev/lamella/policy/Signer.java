package dev.lamella.policy;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Map;

/** Makes texts to sign, and sigstore's signatures of them. */
record Signer(KeyPair keys, String algorithm) {

    static Signer ecdsa(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return new Signer(generator.generateKeyPair(), "SHA256withECDSA");
    }

    static Signer rsa() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return new Signer(generator.generateKeyPair(), "SHA256withRSA");
    }

    static Signer ed25519() throws GeneralSecurityException {
        return new Signer(KeyPairGenerator.getInstance("Ed25519").generateKeyPair(), "Ed25519");
    }

    static String text(String type, Digest manifest, String name) {
        return """
                {"critical":{"identity":{"docker-reference":"%s"},"image":{"docker-manifest-digest":"%s"},"type":"%s"},"optional":null}""".formatted(name, manifest, type);
    }

    /** Returns the public key in PEM form. */
    byte[] pem() {
        return pem("PUBLIC KEY", keys.getPublic().getEncoded());
    }

    static byte[] pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                .formatted(label, body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    ImageSignature.Sigstore sign(String text) throws GeneralSecurityException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(keys.getPrivate());
        signature.update(bytes);
        return new ImageSignature.Sigstore(
                ImageSignature.Sigstore.MEDIA_TYPE,
                ByteString.of(bytes),
                Map.of(SigstoreKeys.SIGNATURE, Base64.getEncoder().encodeToString(signature.sign())));
    }
}
