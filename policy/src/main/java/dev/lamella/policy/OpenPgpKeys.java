package dev.lamella.policy;

import dev.lamella.filetree.ByteString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.sig.IssuerFingerprint;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketVector;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/**
 * The OpenPGP keys of a requirement, and only they: who holds one of them may sign. A key counts as GnuPG would let it count.
 *
 * @param keys the primary keys and subkeys
 */
record OpenPgpKeys(List<OpenPgpKey> keys) {

    private static final Pattern ARMOR = Pattern.compile(
            "-----BEGIN PGP PUBLIC KEY BLOCK-----.*?-----END PGP PUBLIC KEY BLOCK-----", Pattern.DOTALL);

    /** Hashes for which other texts of the same hash can be found, or soon may. GnuPG would still accept the latter two. */
    private static final Set<Integer> WEAK_HASHES =
            Set.of(HashAlgorithmTags.MD5, HashAlgorithmTags.SHA1, HashAlgorithmTags.RIPEMD160);

    private static final Set<Integer> DOCUMENT_TYPES =
            Set.of(PGPSignature.BINARY_DOCUMENT, PGPSignature.CANONICAL_TEXT_DOCUMENT);

    OpenPgpKeys {
        keys = List.copyOf(keys);
    }

    /**
     * Reads keys as {@code gpg --export} writes them, with or without {@code --armor}.
     *
     * @throws PolicyException if something else is there, or no key at all
     */
    static OpenPgpKeys parse(List<KeySource.Keys> sources, SignatureLimits limits, Instant now) throws PolicyException {
        var keys = new ArrayList<OpenPgpKey>();
        for (KeySource.Keys source : sources) {
            for (PGPPublicKeyRing ring : rings(source)) {
                if (keys.size() + ring.size() > limits.keys()) {
                    throw new PolicyException("%s: more than %d keys".formatted(source.name(), limits.keys()));
                }
                keys.addAll(OpenPgpPrimary.judge(ring, now));
            }
        }
        return new OpenPgpKeys(keys);
    }

    private static List<PGPPublicKeyRing> rings(KeySource.Keys source) throws PolicyException {
        var rings = new ArrayList<PGPPublicKeyRing>();
        try {
            byte[] content = source.content().toByteArray();
            Matcher armor = ARMOR.matcher(new String(content, StandardCharsets.ISO_8859_1));
            boolean armored = false;
            while (armor.find()) {
                armored = true;
                byte[] block = armor.group().getBytes(StandardCharsets.ISO_8859_1);
                read(new ArmoredInputStream(new ByteArrayInputStream(block)), rings);
            }
            if (!armored) {
                read(new ByteArrayInputStream(content), rings);
            }
        } catch (IOException | RuntimeException e) {
            // The library answers malformed packets with whatever exception they lead to.
            throw noKeys(source.name(), String.valueOf(e.getMessage()));
        }
        if (rings.isEmpty()) {
            throw noKeys(source.name(), "nothing found");
        }
        return rings;
    }

    private static void read(InputStream in, List<PGPPublicKeyRing> rings) throws IOException {
        var packets = new BcPGPObjectFactory(in);
        for (Object packet = packets.nextObject(); packet != null; packet = packets.nextObject()) {
            if (!(packet instanceof PGPPublicKeyRing ring)) {
                throw new IOException("found a " + packet.getClass().getSimpleName());
            }
            rings.add(ring);
        }
    }

    private static PolicyException noKeys(String name, String found) {
        return new PolicyException(
                "%s: not OpenPGP public keys as 'gpg --export' writes them: %s".formatted(name, Shown.quoted(found)));
    }

    /**
     * Returns the text of a message if one of these keys has signed it and may sign.
     *
     * @throws InvalidSignatureException if not, and why not
     */
    byte[] verify(ByteString message, SignatureLimits limits, Instant now) throws InvalidSignatureException {
        OpenPgpMessage parsed = OpenPgpMessage.parse(message.toByteArray(), limits.payloadBytes());
        PGPSignature signature = parsed.signature();
        if (signature.getVersion() != OpenPgpKey.VERSION || !DOCUMENT_TYPES.contains(signature.getSignatureType())) {
            throw new InvalidSignatureException(
                    "an OpenPGP signature of version %d and type 0x%02x, expected 4 and 0x00"
                            .formatted(signature.getVersion(), signature.getSignatureType()));
        }
        if (WEAK_HASHES.contains(signature.getHashAlgorithm())) {
            throw new InvalidSignatureException(
                    "the OpenPGP signature uses a weak hash, number %d; sign with SHA-256 or better"
                            .formatted(signature.getHashAlgorithm()));
        }
        Optional<String> critical = OpenPgpKey.unknownCritical(signature);
        if (critical.isPresent()) {
            throw new InvalidSignatureException(critical.get());
        }
        OpenPgpKey signer = signer(parsed);
        Optional<String> objection = signer.objection(signature, now);
        if (objection.isPresent()) {
            throw new InvalidSignatureException(
                    "signed by OpenPGP key %s, which does not count: %s".formatted(signer.name(), objection.get()));
        }
        return parsed.text().toByteArray();
    }

    /** Returns the key that has made the signature. */
    private OpenPgpKey signer(OpenPgpMessage message) throws InvalidSignatureException {
        PGPSignature signature = message.signature();
        String id = String.format(Locale.ROOT, "%016X", signature.getKeyID());
        boolean known = false;
        for (OpenPgpKey key : keys) {
            if (isIssuer(key.key(), signature)) {
                known = true;
                if (hasSigned(key.key(), message)) {
                    return key;
                }
            }
        }
        throw new InvalidSignatureException(
                known
                        ? "the signature of OpenPGP key %s is wrong: text or signature was changed".formatted(id)
                        : "signed by OpenPGP key %s, which is none of those in the policy".formatted(id));
    }

    private static boolean isIssuer(PGPPublicKey key, PGPSignature signature) {
        PGPSignatureSubpacketVector hashed = signature.getHashedSubPackets();
        IssuerFingerprint fingerprint = hashed == null ? null : hashed.getIssuerFingerprint();
        return fingerprint == null
                ? signature.getKeyID() == key.getKeyID()
                : Arrays.equals(fingerprint.getFingerprint(), key.getFingerprint());
    }

    private static boolean hasSigned(PGPPublicKey key, OpenPgpMessage message) {
        try {
            PGPSignature signature = message.signature();
            signature.init(new BcPGPContentVerifierBuilderProvider(), key);
            signature.update(message.text().toByteArray());
            return signature.verify();
        } catch (PGPException | RuntimeException _) {
            // Numbers no signature of this key can have.
            return false;
        }
    }
}
