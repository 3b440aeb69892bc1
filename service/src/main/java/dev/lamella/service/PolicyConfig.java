package dev.lamella.service;

import dev.lamella.policy.PublicationPolicy;
import dev.lamella.policy.RegistriesDirectory;
import dev.lamella.policy.RetentionRules;
import dev.lamella.policy.SignatureLimits;
import dev.lamella.policy.SignaturePolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What may be published, and for how long it is kept.
 *
 * @param publication which references, platforms and sizes
 * @param signatures a {@code policy.json}; without it, no signature is asked for
 * @param retention which references are dropped
 * @param grace how long nobody must have needed something before it is removed
 * @param collection how often retention is applied and garbage collected; never by itself if not set
 */
public record PolicyConfig(
        PublicationPolicy publication,
        Optional<Signatures> signatures,
        RetentionRules retention,
        Duration grace,
        Optional<Duration> collection) {

    /** Everything may be published, and stays. */
    public static final PolicyConfig OPEN = new PolicyConfig(
            PublicationPolicy.DEFAULT,
            Optional.empty(),
            new RetentionRules(List.of()),
            Duration.ofDays(1),
            Optional.empty());

    /**
     * Which signatures are asked for.
     *
     * @param policy a {@code policy.json}
     * @param registries where signatures are
     * @param limits bounds
     */
    public record Signatures(SignaturePolicy policy, RegistriesDirectory registries, SignatureLimits limits) {}

    /** Returns the same with another policy of publication. */
    public PolicyConfig withPublication(PublicationPolicy other) {
        return new PolicyConfig(other, signatures, retention, grace, collection);
    }

    /** Returns the same with signatures. */
    public PolicyConfig withSignatures(Signatures other) {
        return new PolicyConfig(publication, Optional.of(other), retention, grace, collection);
    }

    /** Returns the same with retention. */
    public PolicyConfig withRetention(RetentionRules other) {
        return new PolicyConfig(publication, signatures, other, grace, collection);
    }
}
