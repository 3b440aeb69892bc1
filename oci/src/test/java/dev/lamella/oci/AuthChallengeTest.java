package dev.lamella.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuthChallengeTest {

    @Test
    void readsBearerWithCommasInsideQuotes() {
        assertThat(
                        AuthChallenge.parse(
                                List.of(
                                        "Bearer realm=\"https://auth.example/token\",service=\"a,b\",scope=\"repository:x/y:pull,push\"")))
                .containsExactly(new AuthChallenge(
                        "bearer",
                        Map.of(
                                "realm",
                                "https://auth.example/token",
                                "service",
                                "a,b",
                                "scope",
                                "repository:x/y:pull,push")));
    }

    @Test
    void readsSeveralChallengesInOneLineAndInSeveral() {
        List<AuthChallenge> expected = List.of(
                new AuthChallenge("basic", Map.of("realm", "a \"b\"")),
                new AuthChallenge("bearer", Map.of("realm", "https://x/t", "service", "s")));
        assertThat(AuthChallenge.parse(
                        List.of("Basic realm=\"a \\\"b\\\"\", BEARER Realm = \"https://x/t\" , service=s")))
                .isEqualTo(expected);
        assertThat(AuthChallenge.parse(
                        List.of("Basic realm=\"a \\\"b\\\"\"", "Bearer realm=\"https://x/t\",service=\"s\"")))
                .isEqualTo(expected);
    }

    @Test
    void survivesNonsense() {
        assertThat(AuthChallenge.parse(List.of(""))).isEmpty();
        assertThat(AuthChallenge.parse(List.of("\"\"", ",,,", "=x"))).isEmpty();
        assertThat(AuthChallenge.parse(List.of("Negotiate"))).containsExactly(new AuthChallenge("negotiate", Map.of()));
        assertThat(AuthChallenge.parse(List.of("Bearer realm=\"open", "Basic realm=x")))
                .containsExactly(
                        new AuthChallenge("bearer", Map.of()), new AuthChallenge("basic", Map.of("realm", "x")));
        assertThat(AuthChallenge.parse(List.of("B ".repeat(10_000)))).isEmpty();
        assertThat(AuthChallenge.parse(List.of("B ".repeat(1_000)))).hasSize(16);
    }
}
