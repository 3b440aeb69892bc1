package dev.lamella.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.oci.Reference;
import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.Mutations;
import dev.lamella.testkit.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Damaged documents of all kinds: a parser may throw only what it declares, and what was signed cannot be changed. */
class PolicyFuzzTest {

    private static final int ROUNDS = 3_000;
    private static final SignatureLimits LIMITS = SignatureLimits.DEFAULT;
    private static final Instant NOW = PgpKey.CREATED.plusSeconds(86_400);
    private static final Digest DIGEST = Digest.sha256Of(new byte[0]);

    private static final String POLICY = """
            {"default": [{"type": "reject"}],
             "transports": {
               "docker": {
                 "quay.io/team": [
                   {"type": "signedBy", "keyType": "GPGKeys", "keyPath": "/k", "signedIdentity": {"type": "matchExact"}},
                   {"type": "sigstoreSigned", "keyDatas": ["AAAA"],
                    "signedIdentity": {"type": "remapIdentity", "prefix": "a.b", "signedPrefix": "c.d/e"}}],
                 "": [{"type": "insecureAcceptAnything"}]},
               "dir": {"": [{"type": "insecureAcceptAnything"}]}}}
            """;

    private static final String REGISTRIES = """
            default-docker: &d
              lookaside: file:///var/lib/containers/sigstore
              use-sigstore-attachments: true
            docker:
              quay.io/team: *d
              "*.example.com":
                sigstore: https://example.com/sigs
            """;

    private static byte[] mutated(SeededRandom random, String text) {
        return Mutations.mutate(random, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void policies() {
        Fuzz.run(ROUNDS, random -> {
            try {
                SignaturePolicy.parse(mutated(random, POLICY), "policy.json", LIMITS)
                        .preview(Reference.parse("quay.io/team/app:1"));
            } catch (PolicyException e) {
                assertThat(e).hasMessageStartingWith("policy.json: ");
                assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
            }
        });
    }

    @Test
    void filesOfRegistries() {
        Fuzz.run(ROUNDS, random -> {
            try {
                RegistriesFile.parse(mutated(random, REGISTRIES), "a.yaml");
            } catch (PolicyException e) {
                assertThat(e).hasMessageStartingWith("a.yaml: ");
                assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
            }
        });
    }

    @Test
    void signedTexts() {
        String text = Signer.text(SignedText.SIMPLE, DIGEST, "quay.io/a:b").replace("null", "{\"creator\":\"x\"}");
        Fuzz.run(ROUNDS, random -> {
            try {
                SignedText.parse(mutated(random, text), SignedText.SIMPLE);
            } catch (InvalidSignatureException e) {
                assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
            }
        });
    }

    @Test
    void messages() throws Exception {
        PgpKey key = PgpKey.plain().bind(PgpKey.parts(PgpKey.CREATED, 2), true);
        OpenPgpKeys keys =
                OpenPgpKeys.parse(List.of(new KeySource.Keys("k", ByteString.of(key.exported()))), LIMITS, NOW);
        String text = "the text that was signed";
        PgpKey.Form form = key.form(key.primary, PgpKey.CREATED.plusSeconds(60));
        List<ByteString> messages = List.of(
                PgpKey.message(text, form),
                PgpKey.message(
                        text,
                        key.form(key.primary, PgpKey.CREATED.plusSeconds(60)).uncompressed()));
        Fuzz.run(ROUNDS, random -> {
            byte[] message = Mutations.mutate(random, random.pick(messages).toByteArray());
            try {
                byte[] verified = keys.verify(ByteString.of(message), LIMITS, NOW);
                assertThat(new String(verified, StandardCharsets.UTF_8)).isEqualTo(text);
            } catch (InvalidSignatureException e) {
                assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
            }
        });
    }

    @Test
    void keys() throws Exception {
        PgpKey key = PgpKey.plain().bind(PgpKey.parts(PgpKey.CREATED, 2), true);
        List<byte[]> exported = List.of(key.exported(), key.armored());
        ByteString message = PgpKey.message("text", key.form(key.subkey, PgpKey.CREATED.plusSeconds(60)));
        Fuzz.run(ROUNDS, random -> {
            byte[] damaged = Mutations.mutate(random, random.pick(exported));
            try {
                OpenPgpKeys.parse(List.of(new KeySource.Keys("k", ByteString.of(damaged))), LIMITS, NOW)
                        .verify(message, LIMITS, NOW);
            } catch (PolicyException | InvalidSignatureException e) {
                assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
            }
        });
    }

    @Test
    void signaturesOfSigstore() throws Exception {
        Signer signer = Signer.ecdsa("secp256r1");
        byte[] pem = signer.pem();
        ImageSignature.Sigstore right = signer.sign("text");
        String blob =
                "\u0000sigstore-json\n{\"mimeType\":\"%s\",\"payload\":\"dGV4dA==\",\"annotations\":{\"%s\":\"%s\"}}"
                        .formatted(
                                right.mediaType(),
                                SigstoreKeys.SIGNATURE,
                                right.annotations().get(SigstoreKeys.SIGNATURE));
        Fuzz.run(ROUNDS, random -> {
            byte[] damagedKey = random.oneIn(2) ? pem : Mutations.mutate(random, pem);
            byte[] damaged = mutated(random, blob);
            try {
                SigstoreKeys keys = SigstoreKeys.parse(List.of(new KeySource.Keys("k", ByteString.of(damagedKey))));
                if (SignatureBlob.parse(ByteString.of(damaged)) instanceof ImageSignature.Sigstore signature) {
                    assertThat(new String(keys.verify(signature, LIMITS), StandardCharsets.UTF_8))
                            .isEqualTo("text");
                }
            } catch (PolicyException | InvalidSignatureException e) {
                assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
            }
        });
    }
}
