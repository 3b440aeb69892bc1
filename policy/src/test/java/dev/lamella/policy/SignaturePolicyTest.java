package dev.lamella.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.oci.Reference;
import dev.lamella.oci.ResolvedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decisions about images with signatures that count, and others. */
class SignaturePolicyTest {

    private static final Instant NOW = PgpKey.CREATED.plusSeconds(86_400);
    private static final byte[] MANIFEST = "{\"a\":\"manifest\"}".getBytes(StandardCharsets.UTF_8);
    private static final Digest DIGEST = Digest.sha256Of(MANIFEST);
    private static final Digest OTHER = Digest.sha256Of(new byte[1]);
    private static final String NAME = "quay.io/team/app:1";

    @TempDir
    private Path directory;

    private Decision decide(String requirements, ImageSignature... signatures) throws IOException {
        return decide(requirements, List.of(signatures));
    }

    private Decision decide(String requirements, List<ImageSignature> signatures) throws IOException {
        SignaturePolicy policy = SignaturePolicy.parse(
                "{\"default\":[%s]}".formatted(requirements).getBytes(StandardCharsets.UTF_8),
                "policy.json",
                SignatureLimits.DEFAULT);
        var manifest = new ResolvedImage.Document(DIGEST, "x", ByteString.of(MANIFEST));
        return policy.decide(
                Reference.parse(NAME),
                manifest,
                asked -> {
                    assertThat(asked).isEqualTo(DIGEST);
                    return signatures;
                },
                NOW);
    }

    private static String reason(Decision decision) {
        return decision instanceof Decision.Refused(String _, String reason, boolean _) ? reason : "";
    }

    private String signedBy(byte[] keys) throws IOException {
        return "{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\"%s\"}".formatted(file(keys));
    }

    private String sigstoreSigned(byte[]... keys) throws IOException {
        var paths = new ArrayList<String>();
        for (byte[] key : keys) {
            paths.add("\"%s\"".formatted(file(key)));
        }
        return "{\"type\":\"sigstoreSigned\",\"keyPaths\":[%s]}".formatted(String.join(",", paths));
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(Files.createTempFile(directory, "key", ""), content);
    }

    private static String simple(Digest manifest, String name) {
        return Signer.text(SignedText.SIMPLE, manifest, name).replace("null", "{\"creator\":\"x\",\"timestamp\":1}");
    }

    private static ImageSignature pgp(PgpKey key, String text) throws Exception {
        return new ImageSignature.Simple(key.sign(text));
    }

    private static String sigstore(Digest manifest, String name) {
        return Signer.text(SignedText.SIGSTORE, manifest, name);
    }

    @Test
    void simpleSigningMustBeRightInEverything() throws Exception {
        PgpKey key = PgpKey.plain();
        String wanted = signedBy(key.exported());
        assertThat(decide(wanted, pgp(key, simple(DIGEST, NAME)))).isEqualTo(Decision.allowed());
        assertThat(reason(decide(wanted)))
                .contains("it has no signature of that kind; so default[0] signedBy in policy.json");
        assertThat(reason(decide(wanted, pgp(key, simple(OTHER, NAME)))))
                .contains("the signature is of another image, " + OTHER + " instead of " + DIGEST);
        assertThat(reason(decide(wanted, pgp(key, simple(DIGEST, "quay.io/team/app:2")))))
                .contains(
                        "for the name \"quay.io/team/app:2\", which matchRepoDigestOrExact does not let stand for it");
        assertThat(reason(decide(wanted, pgp(PgpKey.plain(), simple(DIGEST, NAME)))))
                .contains("none of those in the policy");
        assertThat(reason(decide(wanted, pgp(key, sigstore(DIGEST, NAME)))))
                .contains("optional: expected an object, found null");
        assertThat(reason(decide(wanted, pgp(key, "no JSON")))).contains("the signed text: not valid JSON");
    }

    /** Who pushes signs after it, so whoever is told of the push may look again. */
    @Test
    void onlyAMissingSignatureMayStillCome() throws Exception {
        PgpKey key = PgpKey.plain();
        String wanted = signedBy(key.exported());
        assertThat(isUnsigned(decide(wanted))).isTrue();
        assertThat(isUnsigned(decide(wanted, pgp(PgpKey.plain(), simple(DIGEST, NAME)))))
                .isFalse();
        assertThat(isUnsigned(decide("{\"type\":\"reject\"}"))).isFalse();
    }

    private static boolean isUnsigned(Decision decision) {
        return decision instanceof Decision.Refused refused && refused.unsigned();
    }

    @Test
    void sigstoresSignaturesMustBeRightInEverything() throws Exception {
        for (Signer signer : List.of(
                Signer.ecdsa("secp256r1"),
                Signer.ecdsa("secp384r1"),
                Signer.ecdsa("secp521r1"),
                Signer.rsa(),
                Signer.ed25519())) {
            String wanted = sigstoreSigned(signer.pem());
            assertThat(decide(wanted, signer.sign(sigstore(DIGEST, NAME)))).isEqualTo(Decision.allowed());
            assertThat(reason(decide(wanted))).contains("it has no signature of that kind");
            assertThat(reason(decide(wanted, signer.sign(sigstore(OTHER, NAME)))))
                    .contains("of another image");
            assertThat(reason(decide(wanted, signer.sign(sigstore(DIGEST, "quay.io/team/app")))))
                    .contains("for the name \"quay.io/team/app\"");
            assertThat(reason(decide(wanted, Signer.ecdsa("secp256r1").sign(sigstore(DIGEST, NAME)))))
                    .contains("not the signature of the key in the policy");
            assertThat(reason(decide(wanted, signer.sign(simple(DIGEST, NAME)))))
                    .contains("critical.type: \"atomic container signature\"");
        }
    }

    @Test
    void oneRightSignatureAmongSeveralIsEnough() throws Exception {
        PgpKey key = PgpKey.plain();
        Signer signer = Signer.ecdsa("secp256r1");
        var signatures = new ArrayList<ImageSignature>(List.of(
                pgp(PgpKey.plain(), simple(DIGEST, NAME)),
                pgp(key, simple(OTHER, NAME)),
                signer.sign(sigstore(OTHER, NAME)),
                pgp(key, simple(DIGEST, NAME)),
                new ImageSignature.Simple(ByteString.utf8("garbage")),
                signer.sign(sigstore(DIGEST, NAME))));
        Collections.shuffle(signatures);
        String both = signedBy(key.exported()) + "," + sigstoreSigned(signer.pem());
        assertThat(decide(both, signatures)).isEqualTo(Decision.allowed());
        signatures.removeIf(signature -> signature instanceof ImageSignature.Sigstore);
        assertThat(decide(both, signatures))
                .isInstanceOfSatisfying(
                        Decision.Refused.class,
                        refused -> assertThat(refused.rule()).isEqualTo("default[1] sigstoreSigned"));
    }

    @Test
    void oneRightKeyAmongSeveralIsEnough() throws Exception {
        Signer one = Signer.ecdsa("secp256r1");
        Signer two = Signer.rsa();
        String wanted = sigstoreSigned(one.pem(), two.pem());
        for (Signer signer : List.of(one, two)) {
            assertThat(decide(wanted, signer.sign(sigstore(DIGEST, NAME)))).isEqualTo(Decision.allowed());
        }
        assertThat(reason(decide(wanted, Signer.ed25519().sign(sigstore(DIGEST, NAME)))))
                .contains("any of the 2 keys");
    }

    @Test
    void aKeyOfPkcs1IsAKeyToo() throws Exception {
        Signer signer = Signer.rsa();
        var key = (java.security.interfaces.RSAPublicKey) signer.keys().getPublic();
        byte[] der = new RSAPublicKey(key.getModulus(), key.getPublicExponent()).getEncoded();
        assertThat(decide(sigstoreSigned(Signer.pem("RSA PUBLIC KEY", der)), signer.sign(sigstore(DIGEST, NAME))))
                .isEqualTo(Decision.allowed());
    }

    @Test
    void everyChangeOfASigstoreSignatureMakesItWorthless() throws Exception {
        Signer signer = Signer.ecdsa("secp256r1");
        String wanted = sigstoreSigned(signer.pem());
        ImageSignature.Sigstore right = signer.sign(sigstore(DIGEST, NAME));
        String base64 = right.annotations().getOrDefault(SigstoreKeys.SIGNATURE, "");
        for (String changed :
                List.of("", "A", base64 + "AAAA", base64.substring(4), "*" + base64.substring(1), base64 + "*")) {
            assertThat(decide(
                                    wanted,
                                    new ImageSignature.Sigstore(
                                            right.mediaType(),
                                            right.payload(),
                                            Map.of(SigstoreKeys.SIGNATURE, changed)))
                            .isAllowed())
                    .as(changed)
                    .isFalse();
        }
        assertThat(reason(decide(wanted, new ImageSignature.Sigstore(right.mediaType(), right.payload(), Map.of()))))
                .contains("no annotation dev.cosignproject.cosign/signature");
        byte[] text = right.payload().toByteArray();
        text[text.length - 2] ^= 1;
        assertThat(reason(decide(
                        wanted,
                        new ImageSignature.Sigstore(right.mediaType(), ByteString.of(text), right.annotations()))))
                .contains("or the signed text was changed");
        assertThat(reason(decide(
                        wanted, new ImageSignature.Sigstore("other/type", right.payload(), right.annotations()))))
                .contains("no signature of that kind");
        String bomb = " ".repeat(SignatureLimits.DEFAULT.payloadBytes()) + sigstore(DIGEST, NAME);
        assertThat(reason(decide(wanted, signer.sign(bomb)))).contains("more than 1048576 bytes");
    }

    @Test
    void tooManySignaturesAreAnError() throws Exception {
        PgpKey key = PgpKey.plain();
        List<ImageSignature> many = Collections.nCopies(129, pgp(key, simple(DIGEST, NAME)));
        assertThat(decide(signedBy(key.exported()), many.subList(0, 128))).isEqualTo(Decision.allowed());
        String wanted = signedBy(key.exported());
        assertThatThrownBy(() -> decide(wanted, many))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("more than 128 signatures");
    }

    @Test
    void keysThatCannotBeReadAreAnErrorAndNoDecision() throws Exception {
        Signer signer = Signer.ecdsa("secp256r1");
        ImageSignature signature = signer.sign(sigstore(DIGEST, NAME));
        for (byte[] wrong : Arrays.asList(
                new byte[0],
                Signer.pem("CERTIFICATE", new byte[9]),
                Signer.pem("PUBLIC KEY", new byte[] {1, 2, 3}),
                Signer.pem("RSA PUBLIC KEY", new byte[] {1, 2, 3}),
                Signer.pem("PRIVATE KEY", signer.keys().getPrivate().getEncoded()))) {
            String wanted = sigstoreSigned(signer.pem(), wrong);
            assertThatThrownBy(() -> decide(wanted, signature))
                    .isInstanceOf(PolicyException.class)
                    .hasMessageContaining("not a public key of ECDSA");
        }
        String missing = "{\"type\":\"sigstoreSigned\",\"keyPath\":\"%s/missing\"}".formatted(directory);
        assertThatThrownBy(() -> decide(missing, signature))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("missing: cannot read the keys that policy.json names: there is no such file");
        String large = sigstoreSigned(new byte[SignatureLimits.DEFAULT.keyBytes() + 1]);
        assertThatThrownBy(() -> decide(large, signature)).hasMessageContaining("at most 4194304 bytes");
        String notPgp = signedBy(signer.pem());
        assertThatThrownBy(() -> decide(notPgp, signature)).hasMessageContaining("not OpenPGP public keys");
    }

    @Test
    void aNewKeyInTheFileCountsAtOnce() throws Exception {
        Signer old = Signer.ecdsa("secp256r1");
        Signer next = Signer.ecdsa("secp256r1");
        Path file = file(old.pem());
        String wanted = "{\"type\":\"sigstoreSigned\",\"keyPath\":\"%s\"}".formatted(file);
        assertThat(decide(wanted, next.sign(sigstore(DIGEST, NAME))).isAllowed())
                .isFalse();
        Files.write(file, next.pem());
        assertThat(decide(wanted, next.sign(sigstore(DIGEST, NAME))).isAllowed())
                .isTrue();
    }

    @Test
    void aFailureToFetchSignaturesIsNoDecision() throws GeneralSecurityException, IOException {
        SignaturePolicy policy = SignaturePolicy.parse(
                "{\"default\":[%s]}"
                        .formatted(sigstoreSigned(Signer.ed25519().pem()))
                        .getBytes(StandardCharsets.UTF_8),
                "policy.json",
                SignatureLimits.DEFAULT);
        var manifest = new ResolvedImage.Document(DIGEST, "x", ByteString.of(MANIFEST));
        Reference reference = Reference.parse(NAME);
        assertThatThrownBy(() -> policy.decide(
                        reference,
                        manifest,
                        _ -> {
                            throw new IOException("down");
                        },
                        NOW))
                .hasMessage("down");
    }

    @Test
    void whatIsReadHasALimit() throws IOException {
        Path file = file(new byte[SignatureLimits.DEFAULT.policyBytes() + 1]);
        assertThatThrownBy(() -> SignaturePolicy.load(file, SignatureLimits.DEFAULT))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("larger than 4194304 bytes");
        assertThatThrownBy(() -> SignaturePolicy.load(directory.resolve("none"), SignatureLimits.DEFAULT))
                .hasMessageContaining("none: cannot be read: there is no such file");
    }
}
