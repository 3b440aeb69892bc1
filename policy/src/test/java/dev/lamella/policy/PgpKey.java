package dev.lamella.policy;

import dev.lamella.filetree.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.CompressionAlgorithmTags;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.bcpg.PublicSubkeyPacket;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.openpgp.PGPCompressedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/** An OpenPGP key with all its secrets, of which tests publish what they want to: Ed25519, with one user ID. */
final class PgpKey {

    static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

    private static final String USER_ID = "Tester <tester@example.com>";
    private static final SecureRandom RANDOM = new SecureRandom();

    final PGPKeyPair primary;
    final PGPKeyPair subkey;
    private final List<PGPSignature> primarySignatures = new ArrayList<>();
    private final List<PGPSignature> userIdSignatures = new ArrayList<>();
    private final List<PGPSignature> subkeySignatures = new ArrayList<>();

    private PgpKey() throws PGPException {
        primary = pair();
        subkey = pair();
    }

    private static PGPKeyPair pair() throws PGPException {
        var generator = new Ed25519KeyPairGenerator();
        generator.init(new Ed25519KeyGenerationParameters(RANDOM));
        return new BcPGPKeyPair(
                PublicKeyPacket.VERSION_4,
                PublicKeyAlgorithmTags.EDDSA_LEGACY,
                generator.generateKeyPair(),
                Date.from(CREATED));
    }

    /** Returns a key that says nothing of itself. */
    static PgpKey bare() throws PGPException {
        return new PgpKey();
    }

    /** Returns a key with a user ID, for signing, that never expires. */
    static PgpKey plain() throws PGPException {
        return bare().certify(CREATED, parts(CREATED, KeyFlags.CERTIFY_OTHER | KeyFlags.SIGN_DATA));
    }

    static PGPSignatureSubpacketGenerator parts(Instant made) {
        var parts = new PGPSignatureSubpacketGenerator();
        parts.setSignatureCreationTime(false, Date.from(made));
        return parts;
    }

    static PGPSignatureSubpacketGenerator parts(Instant made, int flags) {
        PGPSignatureSubpacketGenerator parts = parts(made);
        parts.setKeyFlags(true, flags);
        return parts;
    }

    static PGPSignatureSubpacketGenerator expiring(Instant made, int flags, Duration life) {
        PGPSignatureSubpacketGenerator parts = parts(made, flags);
        parts.setKeyExpirationTime(true, life.toSeconds());
        return parts;
    }

    private static PGPSignatureGenerator generator(
            PGPKeyPair signer, int type, int hash, PGPSignatureSubpacketGenerator parts) throws PGPException {
        var generator = new PGPSignatureGenerator(
                new BcPGPContentSignerBuilder(signer.getPublicKey().getAlgorithm(), hash), signer.getPublicKey());
        generator.init(type, signer.getPrivateKey());
        parts.setIssuerFingerprint(false, signer.getPublicKey());
        generator.setHashedSubpackets(parts.generate());
        return generator;
    }

    private static PGPSignatureGenerator generator(PGPKeyPair signer, int type, PGPSignatureSubpacketGenerator parts)
            throws PGPException {
        return generator(signer, type, HashAlgorithmTags.SHA256, parts);
    }

    /** Adds a signature of the key on its user ID. */
    PgpKey certify(Instant made, PGPSignatureSubpacketGenerator parts) throws PGPException {
        userIdSignatures.add(generator(primary, PGPSignature.POSITIVE_CERTIFICATION, parts)
                .generateCertification(USER_ID, primary.getPublicKey()));
        return this;
    }

    /** Revokes the user ID. */
    PgpKey revokeUserId(Instant made) throws PGPException {
        userIdSignatures.add(generator(primary, PGPSignature.CERTIFICATION_REVOCATION, parts(made))
                .generateCertification(USER_ID, primary.getPublicKey()));
        return this;
    }

    /** Adds a signature of the key on itself. */
    PgpKey direct(PGPSignatureSubpacketGenerator parts) throws PGPException {
        primarySignatures.add(
                generator(primary, PGPSignature.DIRECT_KEY, parts).generateCertification(primary.getPublicKey()));
        return this;
    }

    /** Revokes the key, by itself or another. */
    PgpKey revoke(PgpKey by) throws PGPException {
        primarySignatures.add(generator(by.primary, PGPSignature.KEY_REVOCATION, parts(CREATED))
                .generateCertification(primary.getPublicKey()));
        return this;
    }

    /** Binds the subkey, with or without its own consent. */
    PgpKey bind(PGPSignatureSubpacketGenerator parts, boolean consenting) throws PGPException, IOException {
        if (consenting) {
            parts.addEmbeddedSignature(
                    true,
                    generator(subkey, PGPSignature.PRIMARYKEY_BINDING, parts(CREATED))
                            .generateCertification(primary.getPublicKey(), subkey.getPublicKey()));
        }
        subkeySignatures.add(generator(primary, PGPSignature.SUBKEY_BINDING, parts)
                .generateCertification(primary.getPublicKey(), subkey.getPublicKey()));
        return this;
    }

    /** Revokes the subkey. */
    PgpKey revokeSubkey() throws PGPException {
        subkeySignatures.add(generator(primary, PGPSignature.SUBKEY_REVOCATION, parts(CREATED))
                .generateCertification(primary.getPublicKey(), subkey.getPublicKey()));
        return this;
    }

    /** Returns the public parts as {@code gpg --export} writes them. */
    byte[] exported() throws IOException {
        var out = new ByteArrayOutputStream();
        PGPPublicKey key = primary.getPublicKey();
        for (PGPSignature signature : primarySignatures) {
            key = PGPPublicKey.addCertification(key, signature);
        }
        for (PGPSignature signature : userIdSignatures) {
            key = PGPPublicKey.addCertification(key, USER_ID, signature);
        }
        key.encode(out);
        if (!subkeySignatures.isEmpty()) {
            // As a subkey it has another tag: that of the packet, and nothing else.
            var packet = new PublicSubkeyPacket(
                    subkey.getPublicKey().getPublicKeyPacket().getVersion(),
                    PublicKeyAlgorithmTags.EDDSA_LEGACY,
                    Date.from(CREATED),
                    subkey.getPublicKey().getPublicKeyPacket().getKey());
            out.write(packet.getEncoded());
            for (PGPSignature signature : subkeySignatures) {
                signature.encode(out);
            }
        }
        return out.toByteArray();
    }

    /** Returns the same with armor. */
    byte[] armored() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var armor = ArmoredOutputStream.builder().build(out)) {
            armor.write(exported());
        }
        return out.toByteArray();
    }

    /** How a message is made. */
    record Form(PGPKeyPair signer, PGPSignatureSubpacketGenerator parts, int hash, boolean compressed, int signatures) {

        Form withHash(int other) {
            return new Form(signer, parts, other, compressed, signatures);
        }

        Form withParts(PGPSignatureSubpacketGenerator others) {
            return new Form(signer, others, hash, compressed, signatures);
        }

        Form uncompressed() {
            return new Form(signer, parts, hash, false, signatures);
        }

        Form signedTimes(int times) {
            return new Form(signer, parts, hash, compressed, times);
        }
    }

    /** Returns how GnuPG does it. */
    Form form(PGPKeyPair signer, Instant made) {
        return new Form(signer, parts(made), HashAlgorithmTags.SHA256, true, 1);
    }

    /** Signs a text with the primary key, an hour after its creation. */
    ByteString sign(String text) throws PGPException, IOException {
        return message(text, form(primary, CREATED.plusSeconds(3600)));
    }

    /** Makes a message. */
    static ByteString message(String text, Form form) throws PGPException, IOException {
        var out = new ByteArrayOutputStream();
        var compression = new PGPCompressedDataGenerator(CompressionAlgorithmTags.ZIP);
        OutputStream packets = form.compressed ? compression.open(out) : out;
        var generators = new ArrayList<PGPSignatureGenerator>();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < form.signatures; i++) {
            PGPSignatureGenerator generator =
                    generator(form.signer, PGPSignature.BINARY_DOCUMENT, form.hash, form.parts);
            generator.generateOnePassVersion(i + 1 < form.signatures).encode(packets);
            generator.update(bytes);
            generators.add(generator);
        }
        OutputStream literal = new PGPLiteralDataGenerator()
                .open(packets, PGPLiteralData.BINARY, "", bytes.length, Date.from(CREATED));
        literal.write(bytes);
        literal.close();
        for (PGPSignatureGenerator generator : generators.reversed()) {
            generator.generate().encode(packets);
        }
        if (form.compressed) {
            compression.close();
        }
        return ByteString.of(out.toByteArray());
    }
}
