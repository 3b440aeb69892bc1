package dev.lamella.policy;

import dev.lamella.policy.OpenPgpKey.Claims;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SignatureSubpacketTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPSignatureSubpacketVector;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/**
 * A primary key, judged by the signatures that it has made on itself, its user IDs and its subkeys. What others signed is passed over: that a
 * policy names the key is all the trust there is.
 */
final class OpenPgpPrimary {

    private static final Set<Integer> CERTIFICATIONS = Set.of(
            PGPSignature.DEFAULT_CERTIFICATION,
            PGPSignature.NO_CERTIFICATION,
            PGPSignature.CASUAL_CERTIFICATION,
            PGPSignature.POSITIVE_CERTIFICATION);

    /** Of signatures made in the same second, the one that comes later in the key counts, as for GnuPG. */
    private static final Comparator<PGPSignature> OLDEST_FIRST = Comparator.comparing(PGPSignature::getCreationTime);

    private final PGPPublicKey primary;
    private final Instant now;
    private final Optional<String> problem;
    private final Claims claims;

    /** Tells whether a signature is right about what it is on. */
    @FunctionalInterface
    private interface Check {
        boolean passes(PGPSignature signature) throws PGPException;
    }

    private OpenPgpPrimary(PGPPublicKey primary, Instant now) {
        this.primary = primary;
        this.now = now;
        List<PGPSignature> direct = own(primary, PGPSignature.DIRECT_KEY, s -> s.verifyCertification(primary))
                .toList();
        Optional<PGPSignature> lastDirect =
                direct.stream().filter(s -> !OpenPgpKey.isExpired(s, now)).reduce((_, later) -> later);
        List<PGPSignature> userIds = userIds();
        this.problem = problem(direct, lastDirect.isPresent() || !userIds.isEmpty());
        Claims said = lastDirect.map(s -> Claims.of(s, primary)).orElse(Claims.NONE);
        // Each claim counts as the latest user ID has it that has it at all.
        for (PGPSignature userId : userIds.reversed()) {
            said = said.or(Claims.of(userId, primary));
        }
        this.claims = said;
    }

    /** Returns the keys of a ring, the primary key first. */
    static List<OpenPgpKey> judge(PGPPublicKeyRing ring, Instant now) {
        var primary = new OpenPgpPrimary(ring.getPublicKey(), now);
        return stream(ring.getPublicKeys())
                .map(key -> key.isMasterKey() ? primary.key() : primary.subkey(key))
                .toList();
    }

    private Optional<String> problem(List<PGPSignature> direct, boolean isVouchedFor) {
        if (primary.getVersion() != OpenPgpKey.VERSION) {
            return Optional.of("a key of version %d, expected 4".formatted(primary.getVersion()));
        }
        if (own(primary, PGPSignature.KEY_REVOCATION, s -> s.verifyCertification(primary))
                .findAny()
                .isPresent()) {
            return Optional.of("it is revoked");
        }
        // Whether the other's revocation is right could be told only with the other's key, which is not here.
        if (signatures(primary, PGPSignature.KEY_REVOCATION).anyMatch(s -> isByRevoker(s, direct))) {
            return Optional.of("it may be revoked by another key that it lets revoke it");
        }
        return isVouchedFor ? Optional.empty() : Optional.of("it has no valid user ID");
    }

    private static boolean isByRevoker(PGPSignature revocation, List<PGPSignature> direct) {
        return direct.stream()
                .flatMap(signature -> Arrays.stream(
                        signature.getHashedSubPackets().getSubpackets(SignatureSubpacketTags.REVOCATION_KEY)))
                .anyMatch(revoker -> idAtEnd(revoker.getData()) == revocation.getKeyID());
    }

    /** Returns the ID of a key whose fingerprint stands at the end of some bytes. */
    private static long idAtEnd(byte[] bytes) {
        return bytes.length < Long.BYTES ? 0 : ByteBuffer.wrap(bytes).getLong(bytes.length - Long.BYTES);
    }

    /** Returns for each valid user ID the signature that makes it so, oldest first. */
    private List<PGPSignature> userIds() {
        return stream(primary.getRawUserIDs())
                .flatMap(id -> userId(id).stream())
                .sorted(OLDEST_FIRST)
                .toList();
    }

    private Optional<PGPSignature> userId(byte[] id) {
        return stream(primary.getSignaturesForID(id))
                .filter(s -> CERTIFICATIONS.contains(s.getSignatureType())
                        || s.getSignatureType() == PGPSignature.CERTIFICATION_REVOCATION)
                .filter(s -> isOwn(s, primary, signature -> signature.verifyCertification(id, primary)))
                .sorted(OLDEST_FIRST)
                .reduce((_, later) -> later)
                .filter(s -> CERTIFICATIONS.contains(s.getSignatureType()) && !OpenPgpKey.isExpired(s, now));
    }

    private OpenPgpKey key() {
        return new OpenPgpKey(
                primary, problem.or(() -> OpenPgpKey.cannotSign(primary, claims.flags())), claims.expires());
    }

    private OpenPgpKey subkey(PGPPublicKey subkey) {
        Optional<PGPSignature> binding = own(
                        subkey, PGPSignature.SUBKEY_BINDING, s -> s.verifyCertification(primary, subkey))
                .filter(s -> !OpenPgpKey.isExpired(s, now))
                .reduce((_, later) -> later);
        Claims said = binding.map(s -> Claims.of(s, subkey)).orElse(Claims.NONE);
        Optional<Instant> expires = Stream.of(said.expires(), claims.expires())
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
        Optional<String> wrong = problem.map(text -> "its primary key does not count: " + text)
                .or(() -> subkeyProblem(subkey, binding))
                .or(() -> OpenPgpKey.cannotSign(subkey, said.flags()));
        return new OpenPgpKey(subkey, wrong, expires);
    }

    private Optional<String> subkeyProblem(PGPPublicKey subkey, Optional<PGPSignature> binding) {
        if (subkey.getVersion() != OpenPgpKey.VERSION) {
            return Optional.of("a subkey of version %d, expected 4".formatted(subkey.getVersion()));
        }
        if (own(subkey, PGPSignature.SUBKEY_REVOCATION, s -> s.verifyCertification(primary, subkey))
                .findAny()
                .isPresent()) {
            return Optional.of("the subkey is revoked");
        }
        if (binding.isEmpty()) {
            return Optional.of("nothing says that the subkey belongs to its primary key");
        }
        // Without this, one could attach another's signing key to one's own and claim the other's signatures.
        return isCrossCertified(subkey, binding.get())
                ? Optional.empty()
                : Optional.of("the subkey has not signed that it belongs to its primary key");
    }

    private boolean isCrossCertified(PGPPublicKey subkey, PGPSignature binding) {
        return Stream.of(binding.getHashedSubPackets(), binding.getUnhashedSubPackets())
                .flatMap(OpenPgpPrimary::embedded)
                .filter(s -> s.getSignatureType() == PGPSignature.PRIMARYKEY_BINDING)
                .anyMatch(s -> isRight(s, subkey, signature -> signature.verifyCertification(primary, subkey)));
    }

    private static Stream<PGPSignature> embedded(PGPSignatureSubpacketVector parts) {
        try {
            PGPSignatureList embedded = parts.getEmbeddedSignatures();
            return StreamSupport.stream(embedded.spliterator(), false);
        } catch (PGPException | RuntimeException _) {
            return Stream.empty();
        }
    }

    /** Returns the signatures on a key that the primary key has made, oldest first. */
    private Stream<PGPSignature> own(PGPPublicKey on, int type, Check check) {
        return signatures(on, type).filter(s -> isOwn(s, primary, check)).sorted(OLDEST_FIRST);
    }

    private static Stream<PGPSignature> signatures(PGPPublicKey on, int type) {
        return stream(on.getSignaturesOfType(type));
    }

    private static boolean isOwn(PGPSignature signature, PGPPublicKey primary, Check check) {
        return signature.getKeyID() == primary.getKeyID() && isRight(signature, primary, check);
    }

    private static boolean isRight(PGPSignature signature, PGPPublicKey signer, Check check) {
        try {
            if (signature.getVersion() != OpenPgpKey.VERSION
                    || signature.getHashAlgorithm() == HashAlgorithmTags.MD5
                    || OpenPgpKey.unknownCritical(signature).isPresent()
                    || signature.getCreationTime().toInstant().isBefore(OpenPgpKey.created(signer))) {
                return false;
            }
            signature.init(new BcPGPContentVerifierBuilderProvider(), signer);
            return check.passes(signature);
        } catch (PGPException | RuntimeException _) {
            // Numbers no signature of this key can have.
            return false;
        }
    }

    private static <T> Stream<T> stream(Iterator<T> iterator) {
        Iterable<T> once = () -> iterator;
        return StreamSupport.stream(once.spliterator(), false);
    }
}
