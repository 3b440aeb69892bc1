package dev.lamella.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which references are dropped from the store. Of the rules, the first that is for a repository counts, and no other. Deciding computes and
 * does nothing else.
 *
 * @param rules the rules in their order
 */
public record RetentionRules(List<RetentionRule> rules) {

    /** Latest first; what was published at the same instant is in the order of its name, so that the outcome does not depend on chance. */
    private static final Comparator<PublishedReference> LATEST_FIRST = Comparator.comparing(
                    PublishedReference::publishedAt)
            .reversed()
            .thenComparing(published -> published.reference().toString());

    /** Copies the list. */
    public RetentionRules {
        rules = List.copyOf(rules);
    }

    /**
     * Decides about all references of a store. What is kept for its number counts whether or not it would be kept for another reason too.
     *
     * @param references all references of each repository, in any order; each once
     * @param now the time to reckon from
     * @return an outcome for each reference, repository by repository, the latest first
     */
    public Map<PublishedReference, Retention> decide(List<PublishedReference> references, Instant now) {
        var repositories = new LinkedHashMap<String, List<PublishedReference>>();
        for (PublishedReference published : references) {
            repositories
                    .computeIfAbsent(published.reference().name(), _ -> new ArrayList<>())
                    .add(published);
        }
        var outcome = new LinkedHashMap<PublishedReference, Retention>();
        for (List<PublishedReference> repository : repositories.values()) {
            Optional<RetentionRule> rule = rules.stream()
                    .filter(candidate -> candidate.isFor(repository.getFirst().reference()))
                    .findFirst();
            decide(rule, repository, now, outcome);
        }
        return outcome;
    }

    private static void decide(
            Optional<RetentionRule> rule,
            List<PublishedReference> repository,
            Instant now,
            Map<PublishedReference, Retention> outcome) {
        int place = 0;
        for (PublishedReference published :
                repository.stream().sorted(LATEST_FIRST).toList()) {
            // What is gone at the registry takes no place from what is still there.
            boolean gone = rule.isPresent() && rule.get().dropDeleted() && published.deletedAtRegistry();
            place += gone ? 0 : 1;
            outcome.put(
                    published, rule.isPresent() ? decide(rule.get(), published, place, now) : new Retention.NoRule());
        }
    }

    private static Retention decide(RetentionRule rule, PublishedReference published, int place, Instant now) {
        if (rule.keepUsed() && !published.users().isEmpty()) {
            return new Retention.Used(rule.name(), published.users().size());
        }
        if (rule.dropDeleted() && published.deletedAtRegistry()) {
            return new Retention.Deleted(rule.name());
        }
        if (!rule.expires()) {
            return new Retention.NothingExpires(rule.name());
        }
        if (rule.keepLast().isPresent() && place <= rule.keepLast().getAsInt()) {
            return new Retention.AmongLast(rule.name(), place, rule.keepLast().getAsInt());
        }
        Duration age = Duration.between(published.publishedAt(), now);
        if (rule.keepNewer().isPresent() && age.compareTo(rule.keepNewer().get()) < 0) {
            return new Retention.Newer(
                    rule.name(), published.publishedAt().plus(rule.keepNewer().get()));
        }
        return new Retention.Expired(rule.name(), place, age);
    }
}
