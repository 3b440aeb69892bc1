package dev.lamella.policy;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.SignatureSubpacket;
import org.bouncycastle.bcpg.SignatureSubpacketTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketVector;

/**
 * A primary key or subkey and what its owner says of it.
 *
 * @param key the key
 * @param problem why nothing counts that it signs
 * @param expires when it or its primary key expires
 */
record OpenPgpKey(PGPPublicKey key, Optional<String> problem, Optional<Instant> expires) {

    /** The only version of keys and signatures that GnuPG makes by default since 1998. */
    static final int VERSION = 4;

    private static final Set<Integer> SIGNING_ALGORITHMS = Set.of(
            PublicKeyAlgorithmTags.RSA_GENERAL,
            PublicKeyAlgorithmTags.DSA,
            PublicKeyAlgorithmTags.ECDSA,
            PublicKeyAlgorithmTags.EDDSA_LEGACY,
            PublicKeyAlgorithmTags.Ed25519,
            PublicKeyAlgorithmTags.Ed448);

    /** Subpackets whose meaning is heeded or cannot matter here; others make a signature void if they are critical. */
    private static final Set<Integer> UNDERSTOOD = Set.of(
            SignatureSubpacketTags.CREATION_TIME,
            SignatureSubpacketTags.EXPIRE_TIME,
            SignatureSubpacketTags.EXPORTABLE,
            SignatureSubpacketTags.TRUST_SIG,
            SignatureSubpacketTags.REVOCABLE,
            SignatureSubpacketTags.KEY_EXPIRE_TIME,
            SignatureSubpacketTags.PREFERRED_SYM_ALGS,
            SignatureSubpacketTags.REVOCATION_KEY,
            SignatureSubpacketTags.ISSUER_KEY_ID,
            SignatureSubpacketTags.PREFERRED_HASH_ALGS,
            SignatureSubpacketTags.PREFERRED_COMP_ALGS,
            SignatureSubpacketTags.KEY_SERVER_PREFS,
            SignatureSubpacketTags.PREFERRED_KEY_SERV,
            SignatureSubpacketTags.PRIMARY_USER_ID,
            SignatureSubpacketTags.POLICY_URL,
            SignatureSubpacketTags.KEY_FLAGS,
            SignatureSubpacketTags.SIGNER_USER_ID,
            SignatureSubpacketTags.REVOCATION_REASON,
            SignatureSubpacketTags.FEATURES,
            SignatureSubpacketTags.EMBEDDED_SIGNATURE,
            SignatureSubpacketTags.ISSUER_FINGERPRINT);

    /** What signatures of the owner say: until when, and for what. */
    record Claims(Optional<Instant> expires, Optional<Integer> flags) {

        static final Claims NONE = new Claims(Optional.empty(), Optional.empty());

        static Claims of(PGPSignature signature, PGPPublicKey key) {
            PGPSignatureSubpacketVector hashed = signature.getHashedSubPackets();
            long seconds = hashed.getKeyExpirationTime();
            Optional<Integer> flags = hashed.hasSubpacket(SignatureSubpacketTags.KEY_FLAGS)
                    ? Optional.of(hashed.getKeyFlags())
                    : Optional.empty();
            return new Claims(
                    seconds == 0 ? Optional.empty() : Optional.of(created(key).plusSeconds(seconds)), flags);
        }

        /** Returns these claims with another's where these say nothing. */
        Claims or(Claims other) {
            return new Claims(expires.or(other::expires), flags.or(other::flags));
        }
    }

    static Instant created(PGPPublicKey key) {
        return key.getCreationTime().toInstant();
    }

    /** Returns why a key cannot sign at all, if its owner does not let it. */
    static Optional<String> cannotSign(PGPPublicKey key, Optional<Integer> flags) {
        if (!SIGNING_ALGORITHMS.contains(key.getAlgorithm())) {
            return Optional.of("its algorithm, number %d, makes no signatures".formatted(key.getAlgorithm()));
        }
        return flags.filter(said -> (said & KeyFlags.SIGN_DATA) == 0).map(_ -> "it is not for signing");
    }

    /** Returns a complaint if a signature wants something heeded that is not known here. */
    static Optional<String> unknownCritical(PGPSignature signature) {
        PGPSignatureSubpacketVector hashed = signature.getHashedSubPackets();
        if (hashed == null || !hashed.hasSubpacket(SignatureSubpacketTags.CREATION_TIME)) {
            return Optional.of("the OpenPGP signature does not say when it was made");
        }
        for (SignatureSubpacket part : hashed.toArray()) {
            if (part.isCritical() && !UNDERSTOOD.contains(part.getType())) {
                return Optional.of(
                        "the OpenPGP signature has a critical part of unknown type %d".formatted(part.getType()));
            }
        }
        return Optional.empty();
    }

    /** Returns whether a signature says that it no longer counts. */
    static boolean isExpired(PGPSignature signature, Instant now) {
        long seconds = signature.getHashedSubPackets().getSignatureExpirationTime();
        Instant made = signature.getCreationTime().toInstant();
        return seconds != 0 && !now.isBefore(made.plusSeconds(seconds));
    }

    /** Returns why a signature that this key has made does not count, if it does not. */
    Optional<String> objection(PGPSignature signature, Instant now) {
        if (problem.isPresent()) {
            return problem;
        }
        if (expires.isPresent() && !now.isBefore(expires.get())) {
            return Optional.of("it expired at %s".formatted(expires.get()));
        }
        if (isExpired(signature, now)) {
            return Optional.of("the signature has expired");
        }
        if (created(key).isAfter(now)) {
            return Optional.of("it was made at %s, in the future".formatted(created(key)));
        }
        return signature.getCreationTime().toInstant().isBefore(created(key))
                ? Optional.of("the signature is older than the key")
                : Optional.empty();
    }

    /** Returns the fingerprint. */
    String name() {
        return HexFormat.of().withUpperCase().formatHex(key.getFingerprint());
    }
}
