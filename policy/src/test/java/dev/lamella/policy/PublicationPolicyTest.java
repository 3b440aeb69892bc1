package dev.lamella.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.filetree.Digest;
import dev.lamella.oci.Descriptor;
import dev.lamella.oci.ImageManifest;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Platform;
import dev.lamella.oci.Reference;
import dev.lamella.oci.ReferencePattern;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicationPolicyTest {

    private static final Platform AMD64 = new Platform("linux", "amd64", Optional.empty());
    private static final Platform ARM_V7 = new Platform("linux", "arm", Optional.of("v7"));

    private static List<ReferencePattern> patterns(String... texts) {
        return Arrays.stream(texts).map(ReferencePattern::parse).toList();
    }

    private static PublicationPolicy of(SourceRules... rules) {
        return new PublicationPolicy(List.of(rules), List.of(), ImageLimits.DEFAULT);
    }

    private static Reference reference(String text) throws OciException {
        return Reference.parse(text);
    }

    private static ImageManifest image(long... layerBytes) {
        List<Descriptor> layers =
                Arrays.stream(layerBytes).mapToObj(PublicationPolicyTest::blob).toList();
        return new ImageManifest("application/vnd.oci.image.manifest.v1+json", blob(1), layers);
    }

    private static Descriptor blob(long sizeBytes) {
        return new Descriptor("x", Digest.sha256Of(new byte[0]), sizeBytes, Map.of(), Optional.empty());
    }

    @Test
    void withoutRulesEverythingMay() throws OciException {
        assertThat(PublicationPolicy.DEFAULT.decide(PublicationSource.API, reference("debian")))
                .isEqualTo(Decision.allowed());
        assertThat(PublicationPolicy.DEFAULT.decide(reference("debian"), AMD64, image(1, 2)))
                .isEqualTo(Decision.allowed());
    }

    @Test
    void denyIsStrongerThanAllow() throws OciException {
        PublicationPolicy policy = of(new SourceRules(
                "policy.rules[0]", "*", patterns("quay.io/team/**"), patterns("quay.io/team/secret/*")));
        assertThat(policy.decide(PublicationSource.API, reference("quay.io/team/app")))
                .isEqualTo(Decision.allowed());
        assertThat(policy.decide(PublicationSource.API, reference("quay.io/team/secret/app:1")))
                .isEqualTo(
                        new Decision.Refused(
                                "policy.rules[0].deny \"quay.io/team/secret/*\"",
                                "quay.io/team/secret/app:1: api may not have quay.io/team/secret/app published, as \"quay.io/team/secret/*\""
                                        + " in policy.rules[0].deny matches it; take the pattern out, or ask from another source"));
        assertThat(policy.decide(PublicationSource.API, reference("debian")))
                .isEqualTo(new Decision.Refused(
                        "policy.rules[0].allow",
                        "docker.io/library/debian:latest: api may have nothing published but what policy.rules[0].allow lists"
                                + " (\"quay.io/team/**\"); add a pattern that matches docker.io/library/debian"));
    }

    @Test
    void everyListOfASourceCounts() throws OciException {
        PublicationPolicy policy = of(
                new SourceRules("all", "*", List.of(), patterns("**/secret")),
                new SourceRules("hooks", "webhook:*", patterns("quay.io/**"), List.of()),
                new SourceRules("harbor", "webhook:harbor", patterns("**/app"), List.of()));
        assertThat(refusing(policy, PublicationSource.API, "quay.io/secret")).isEqualTo("all.deny \"**/secret\"");
        assertThat(refusing(policy, PublicationSource.API, "ghcr.io/other")).isEmpty();
        assertThat(refusing(policy, PublicationSource.webhook("quay"), "ghcr.io/other"))
                .isEqualTo("hooks.allow");
        assertThat(refusing(policy, PublicationSource.webhook("quay"), "quay.io/other"))
                .isEmpty();
        assertThat(refusing(policy, PublicationSource.webhook("harbor"), "quay.io/other"))
                .isEqualTo("harbor.allow");
        assertThat(refusing(policy, PublicationSource.webhook("harbor"), "quay.io/x/app"))
                .isEmpty();
        assertThat(refusing(policy, PublicationSource.webhook("harbor2"), "quay.io/other"))
                .isEmpty();
    }

    private static String refusing(PublicationPolicy policy, PublicationSource source, String reference)
            throws OciException {
        return policy.decide(source, reference(reference)) instanceof Decision.Refused(String rule, String _, boolean _)
                ? rule
                : "";
    }

    @Test
    void aPlatformWithoutVariantStandsForAllOfThem() throws OciException {
        var policy = new PublicationPolicy(List.of(), List.of(AMD64, Platform.parse("linux/arm")), ImageLimits.DEFAULT);
        assertThat(policy.decide(reference("a"), AMD64, image()).isAllowed()).isTrue();
        assertThat(policy.decide(reference("a"), ARM_V7, image()).isAllowed()).isTrue();
        var exact = new PublicationPolicy(List.of(), List.of(ARM_V7), ImageLimits.DEFAULT);
        assertThat(exact.decide(reference("a"), ARM_V7, image()).isAllowed()).isTrue();
        assertThat(exact.decide(reference("a"), Platform.parse("linux/arm/v6"), image()))
                .isEqualTo(new Decision.Refused(
                        "policy.platforms",
                        "docker.io/library/a:latest: an image for \"linux/arm/v6\", policy.platforms allows linux/arm/v7;"
                                + " add the platform to the list"));
    }

    @Test
    void whatIsTooLargeIsRefused() throws OciException {
        var policy = new PublicationPolicy(List.of(), List.of(), new ImageLimits(100, 60, 3));
        assertThat(policy.decide(reference("a"), AMD64, image(60, 40, 0)).isAllowed())
                .isTrue();
        assertThat(rule(policy, image(1, 1, 1, 1))).isEqualTo("policy.layers-max");
        assertThat(rule(policy, image(61))).isEqualTo("policy.layer-bytes-max");
        assertThat(rule(policy, image(60, 41))).isEqualTo("policy.image-bytes-max");
    }

    @Test
    void sizesThatAddUpBeyondANumberAreTooLarge() throws OciException {
        var policy = new PublicationPolicy(List.of(), List.of(), new ImageLimits(100, Long.MAX_VALUE, 9));
        assertThat(rule(policy, image(Long.MAX_VALUE, Long.MAX_VALUE, 2))).isEqualTo("policy.image-bytes-max");
    }

    private static String rule(PublicationPolicy policy, ImageManifest image) throws OciException {
        Decision decision = policy.decide(reference("a"), AMD64, image);
        return decision instanceof Decision.Refused(String rule, String _, boolean _) ? rule : "";
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ap i", "webhook", "webhook:", "webhook:a/b", "API", "api\n", "user"})
    void aSourceIsOneOfThoseKnown(String text) {
        assertThatThrownBy(() -> new PublicationSource(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nb", "x/y"})
    void aPatternOfSourcesHasOnlyTheirCharacters(String text) {
        assertThatThrownBy(() -> new SourceRules("r", text, List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("r: source");
    }
}
