package dev.lamella.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.oci.OciException;
import dev.lamella.oci.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignedIdentityTest {

    private static final String DIGEST = "@sha256:" + "a".repeat(64);
    private static final String OTHER = "@sha256:" + "b".repeat(64);

    private static boolean matches(SignedIdentity identity, String wanted, String signed) throws OciException {
        return identity.matches(Reference.parse(with(wanted)), with(signed));
    }

    private static String with(String text) {
        return text.replace("@A", DIGEST).replace("@B", OTHER);
    }

    @ParameterizedTest
    @CsvSource({
        // wanted, signed, matchExact, matchRepoDigestOrExact, matchRepository
        "quay.io/a:1, quay.io/a:1, true, true, true",
        "quay.io/a:1, quay.io/a:2, false, false, true",
        "quay.io/a:1, quay.io/b:1, false, false, false",
        "quay.io/a:1, quay.io/a, false, false, true",
        "quay.io/a:1, quay.io/a@A, false, false, true",
        "quay.io/a:1, quay.io/a:1@A, false, false, true",
        "quay.io/a@A, quay.io/a@A, true, true, true",
        "quay.io/a@A, quay.io/a@B, false, true, true",
        "quay.io/a@A, quay.io/a:1, false, true, true",
        "quay.io/a@A, quay.io/a, false, false, true",
        "quay.io/a@A, quay.io/b@A, false, false, false",
        "busybox, busybox:latest, true, true, true",
        "busybox, docker.io/library/busybox:latest, true, true, true",
        "busybox, index.docker.io/library/busybox:latest, true, true, true",
        "busybox, busybox, false, false, true",
        "localhost:5000/a:1, localhost:5000/a, false, false, true",
        "quay.io/a:1, QUAY.IO/a:1, false, false, false",
        "quay.io/a:1, quay.io/A:1, false, false, false",
        "quay.io/a:1, '', false, false, false",
        "quay.io/a:1, https://quay.io/a:1, false, false, false",
    })
    void namesMatchAsContainersImageHasIt(
            String wanted, String signed, boolean exact, boolean repoDigestOrExact, boolean repository)
            throws OciException {
        assertThat(matches(new SignedIdentity.MatchExact(), wanted, signed)).isEqualTo(exact);
        assertThat(matches(new SignedIdentity.MatchRepoDigestOrExact(), wanted, signed))
                .isEqualTo(repoDigestOrExact);
        assertThat(matches(new SignedIdentity.MatchRepository(), wanted, signed))
                .isEqualTo(repository);
    }

    @Test
    void thePolicyMayNameWhatMustBeSigned() throws OciException {
        var reference = new SignedIdentity.ExactReference(DockerName.parse("busybox:1"));
        assertThat(matches(reference, "quay.io/mirror:9", "docker.io/library/busybox:1"))
                .isTrue();
        assertThat(matches(reference, "quay.io/mirror:9", "busybox:2")).isFalse();
        assertThat(matches(reference, "quay.io/mirror:9", "busybox")).isFalse();
        var repository = new SignedIdentity.ExactRepository("docker.io/library/busybox");
        assertThat(matches(repository, "quay.io/mirror:9", "busybox")).isTrue();
        assertThat(matches(repository, "quay.io/mirror:9", "quay.io/mirror:9")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "mirror.local, quay.io, mirror.local/a:1, quay.io/a:1, true",
        "mirror.local, quay.io, mirror.local/a:1, quay.io/a:2, false",
        "mirror.local, quay.io, mirror.local/a:1, mirror.local/a:1, false",
        "mirror.local, quay.io, mirror.local/a@A, quay.io/a:7, true",
        "mirror.local/ns, quay.io/other, mirror.local/ns/a:1, quay.io/other/a:1, true",
        "mirror.local/ns, quay.io/other, mirror.local/nsx/a:1, quay.io/other/a:1, false",
        "mirror.local/ns, quay.io/other, mirror.local/nsx/a:1, mirror.local/nsx/a:1, true",
        "mirror.local/ns/a, quay.io/b, mirror.local/ns/a:1, quay.io/b:1, true",
        "mirror.local, quay.io, mirror.local:5000/a:1, quay.io:5000/a:1, false",
        "mirror.local/ns, busybox, mirror.local/ns:1, docker.io/library/busybox:1, false",
    })
    void aPrefixMayStandForAnother(String prefix, String signedPrefix, String wanted, String signed, boolean right)
            throws OciException {
        assertThat(matches(new SignedIdentity.RemapIdentity(prefix, signedPrefix), wanted, signed))
                .isEqualTo(right);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\u0000b", "-", "/", ":", "@", "a@", "a:", "a@sha256:1"})
    void whatIsNoNameMatchesNothing(String signed) throws OciException {
        for (SignedIdentity identity : new SignedIdentity[] {
            new SignedIdentity.MatchExact(), new SignedIdentity.MatchRepository(), SignedIdentity.byDefault()
        }) {
            assertThat(matches(identity, "a:1", signed)).isFalse();
        }
    }
}
