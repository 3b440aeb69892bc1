package dev.lamella.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.oci.OciException;
import dev.lamella.oci.Reference;
import dev.lamella.oci.ReferencePattern;
import dev.lamella.testkit.Fuzz;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RetentionRulesTest {

    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private static RetentionRule rule(String pattern, int keepLast, int keepNewerDays) {
        return new RetentionRule(
                "r " + pattern,
                List.of(ReferencePattern.parse(pattern)),
                keepLast == 0 ? OptionalInt.empty() : OptionalInt.of(keepLast),
                keepNewerDays == 0 ? Optional.empty() : Optional.of(Duration.ofDays(keepNewerDays)),
                true,
                true);
    }

    private static PublishedReference published(String reference, int daysAgo) throws OciException {
        return new PublishedReference(Reference.parse(reference), NOW.minus(Duration.ofDays(daysAgo)), Set.of(), false);
    }

    private static PublishedReference used(PublishedReference published) {
        return new PublishedReference(
                published.reference(), published.publishedAt(), Set.of("node1"), published.deletedAtRegistry());
    }

    private static PublishedReference deleted(PublishedReference published) {
        return new PublishedReference(published.reference(), published.publishedAt(), published.users(), true);
    }

    private static Map<String, Retention> decide(List<RetentionRule> rules, PublishedReference... references) {
        var outcome = new TreeMap<String, Retention>();
        new RetentionRules(rules)
                .decide(List.of(references), NOW)
                .forEach((published, retention) ->
                        outcome.put(published.reference().familiar(), retention));
        return outcome;
    }

    @Test
    void theLastOnesOfEachRepositoryStay() throws OciException {
        assertThat(decide(
                        List.of(rule("**", 2, 0)),
                        published("a:1", 3),
                        published("a:2", 2),
                        published("a:3", 1),
                        published("b:1", 9)))
                .isEqualTo(Map.of(
                        "a:3", new Retention.AmongLast("r **", 1, 2),
                        "a:2", new Retention.AmongLast("r **", 2, 2),
                        "a:1", new Retention.Expired("r **", 3, Duration.ofDays(3)),
                        "b:1", new Retention.AmongLast("r **", 1, 2)));
    }

    @Test
    void theYoungOnesStayWhateverTheirNumber() throws OciException {
        assertThat(decide(List.of(rule("**", 1, 5)), published("a:1", 5), published("a:2", 4), published("a:3", 3)))
                .isEqualTo(Map.of(
                        "a:3", new Retention.AmongLast("r **", 1, 1),
                        "a:2", new Retention.Newer("r **", NOW.plus(Duration.ofDays(1))),
                        "a:1", new Retention.Expired("r **", 3, Duration.ofDays(5))));
    }

    @Test
    void whatANodeUsesStays() throws OciException {
        assertThat(decide(
                        List.of(rule("**", 1, 0)),
                        used(deleted(published("a:1", 5))),
                        used(published("a:2", 4)),
                        published("a:3", 3)))
                .containsEntry("a:1", new Retention.Used("r **", 1))
                .containsEntry("a:2", new Retention.Used("r **", 1));
    }

    @Test
    void whatTheRegistryDeletedGoesAndTakesNobodysPlace() throws OciException {
        assertThat(decide(List.of(rule("**", 1, 0)), deleted(published("a:2", 1)), published("a:1", 2)))
                .isEqualTo(Map.of("a:2", new Retention.Deleted("r **"), "a:1", new Retention.AmongLast("r **", 1, 1)));
    }

    @Test
    void theFirstRuleOfARepositoryCounts() throws OciException {
        assertThat(decide(
                        List.of(rule("docker.io/library/keep", 0, 0), rule("docker.io/**", 1, 0)),
                        published("keep:1", 100),
                        published("keep:2", 101),
                        published("quay.io/x:1", 100)))
                .isEqualTo(Map.of(
                        "keep:1", new Retention.NothingExpires("r docker.io/library/keep"),
                        "keep:2", new Retention.NothingExpires("r docker.io/library/keep"),
                        "quay.io/x:1", new Retention.NoRule()));
    }

    @Test
    void aRuleMayLetUsedOnesGoAndDeletedOnesStay() throws OciException {
        var rule = new RetentionRule(
                "r", List.of(ReferencePattern.parse("**")), OptionalInt.of(1), Optional.empty(), false, false);
        assertThat(decide(List.of(rule), deleted(published("a:2", 1)), used(published("a:1", 2))))
                .isEqualTo(Map.of(
                        "a:2", new Retention.AmongLast("r", 1, 1),
                        "a:1", new Retention.Expired("r", 2, Duration.ofDays(2))));
    }

    @Test
    void theOutcomeDoesNotDependOnTheOrder() {
        Fuzz.run(200, random -> {
            var references = new ArrayList<PublishedReference>();
            for (int i = 0; i < 30; i++) {
                PublishedReference published =
                        published("%s:%d".formatted(random.pick(List.of("a", "b", "quay.io/c")), i), random.nextInt(9));
                published = random.oneIn(4) ? used(published) : published;
                references.add(random.oneIn(4) ? deleted(published) : published);
            }
            var rules = new RetentionRules(List.of(rule("docker.io/**", 1 + random.nextInt(4), random.nextInt(6))));
            Map<PublishedReference, Retention> outcome = rules.decide(references, NOW);
            assertThat(outcome).containsOnlyKeys(references);
            for (PublishedReference published : references) {
                if (!published.users().isEmpty()) {
                    assertThat(outcome.get(published)).isInstanceOf(Retention.Keep.class);
                }
            }
            var shuffled = new ArrayList<>(references);
            for (int i = shuffled.size(); i > 1; i--) {
                Collections.swap(shuffled, i - 1, random.nextInt(i));
            }
            assertThat(rules.decide(shuffled, NOW)).isEqualTo(outcome);
        });
    }

    @Test
    void numbersThatKeepNothingAreRefused() {
        assertThatThrownBy(() -> new RetentionRule("r", List.of(), OptionalInt.of(0), Optional.empty(), true, true))
                .hasMessageContaining("r: keep-last 0");
        assertThatThrownBy(() ->
                        new RetentionRule("r", List.of(), OptionalInt.empty(), Optional.of(Duration.ZERO), true, true))
                .hasMessageContaining("r: keep-newer");
    }
}
