package dev.lamella.policy;

import dev.lamella.oci.Reference;
import dev.lamella.oci.ResolvedImage;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks requirements against one image, whose signatures are fetched when the first requirement wants them. For one thread. */
final class RequirementCheck {

    private static final int REASONS_SHOWN_MAX = 3;

    private final Question question;
    private final SignatureSource source;
    private final SignatureLimits limits;
    private Optional<List<ImageSignature>> fetched = Optional.empty();

    /** What is asked: may this manifest be published for this reference at this time? */
    record Question(Reference reference, ResolvedImage.Document manifest, Instant now) {}

    RequirementCheck(Question question, SignatureSource source, SignatureLimits limits) {
        this.question = question;
        this.source = source;
        this.limits = limits;
    }

    /** Why a requirement is not fulfilled, and whether that is only for want of a signature. */
    record Objection(String reason, boolean unsigned) {

        static Objection lasting(String reason) {
            return new Objection(reason, false);
        }
    }

    /** Checks a signature of one kind and returns what it says. */
    @FunctionalInterface
    private interface Verifier<S extends ImageSignature> {
        SignedText verify(S signature) throws InvalidSignatureException;
    }

    /** Returns why a requirement is not fulfilled; empty if it is. */
    Optional<Objection> objection(Requirement requirement) throws IOException {
        return switch (requirement) {
            case Requirement.AcceptAnything _ -> Optional.empty();
            case Requirement.Reject _, Requirement.Unsupported _ ->
                requirement.hopeless().map(Objection::lasting);
            case Requirement.SignedBy signedBy -> {
                var keys = OpenPgpKeys.parse(signedBy.keys().read(limits), limits, question.now());
                yield oneOf(
                        signatures(ImageSignature.Simple.class),
                        signature -> SignedText.parse(
                                keys.verify(signature.message(), limits, question.now()), SignedText.SIMPLE),
                        signedBy.identity());
            }
            case Requirement.SigstoreSigned sigstore -> {
                var keys = SigstoreKeys.parse(sigstore.keys().read(limits));
                List<ImageSignature.Sigstore> signatures = signatures(ImageSignature.Sigstore.class).stream()
                        .filter(signature -> signature.mediaType().equals(ImageSignature.Sigstore.MEDIA_TYPE))
                        .toList();
                yield oneOf(
                        signatures,
                        signature -> SignedText.parse(keys.verify(signature, limits), SignedText.SIGSTORE),
                        sigstore.identity());
            }
        };
    }

    private <S extends ImageSignature> List<S> signatures(Class<S> kind) throws IOException {
        if (fetched.isEmpty()) {
            List<ImageSignature> all = source.signatures(question.manifest().digest());
            if (all.size() > limits.signatures()) {
                throw new PolicyException("%s: more than %d signatures"
                        .formatted(question.manifest().digest(), limits.signatures()));
            }
            fetched = Optional.of(List.copyOf(all));
        }
        return fetched.get().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** One signature that is right in everything is enough; otherwise says what is wrong with each. */
    private <S extends ImageSignature> Optional<Objection> oneOf(
            List<S> signatures, Verifier<S> verifier, SignedIdentity identity) {
        var wrong = new ArrayList<String>();
        for (S signature : signatures) {
            try {
                requireAbout(verifier.verify(signature), identity);
                return Optional.empty();
            } catch (InvalidSignatureException e) {
                wrong.add(String.valueOf(e.getMessage()));
            }
        }
        if (wrong.isEmpty()) {
            return Optional.of(new Objection("it has no signature of that kind", true));
        }
        String shown = String.join(
                "; ", wrong.stream().distinct().limit(REASONS_SHOWN_MAX).toList());
        return Optional.of(Objection.lasting(
                wrong.size() == 1 ? shown : "none of its %d signatures counts: %s".formatted(wrong.size(), shown)));
    }

    private void requireAbout(SignedText said, SignedIdentity identity) throws InvalidSignatureException {
        if (!said.manifest().matches(question.manifest().content().toByteArray())) {
            throw new InvalidSignatureException("the signature is of another image, %s instead of %s"
                    .formatted(said.manifest(), question.manifest().digest()));
        }
        if (!identity.matches(question.reference(), said.name())) {
            throw new InvalidSignatureException("the signature is for the name %s, which %s does not let stand for it"
                    .formatted(Shown.quoted(said.name()), identity.text()));
        }
    }
}
