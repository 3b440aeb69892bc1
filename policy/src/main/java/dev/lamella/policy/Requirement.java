package dev.lamella.policy;

import java.util.Optional;

/** One requirement of {@code policy.json}. */
sealed interface Requirement {

    /** Returns its {@code type}. */
    String type();

    /** Anything goes. */
    record AcceptAnything() implements Requirement {
        @Override
        public String type() {
            return "insecureAcceptAnything";
        }
    }

    /** Nothing goes. */
    record Reject() implements Requirement {
        @Override
        public String type() {
            return "reject";
        }
    }

    /**
     * Simple signing.
     *
     * @param keys OpenPGP public keys
     */
    record SignedBy(KeySource keys, SignedIdentity identity) implements Requirement {
        @Override
        public String type() {
            return "signedBy";
        }
    }

    /**
     * Sigstore's signatures.
     *
     * @param keys public keys, each a PEM file
     */
    record SigstoreSigned(KeySource keys, SignedIdentity identity) implements Requirement {
        @Override
        public String type() {
            return "sigstoreSigned";
        }
    }

    /**
     * A right requirement that is not checked here, so that nothing fulfils it.
     *
     * @param what the key or value that is not supported
     */
    record Unsupported(String type, String what) implements Requirement {}

    /** Returns why nothing can fulfil it, if nothing can. */
    default Optional<String> hopeless() {
        return switch (this) {
            case Reject _ -> Optional.of("policy.json rejects it");
            case Unsupported unsupported -> Optional.of(unsupported.what() + " is not supported");
            case AcceptAnything _, SignedBy _, SigstoreSigned _ -> Optional.empty();
        };
    }
}
