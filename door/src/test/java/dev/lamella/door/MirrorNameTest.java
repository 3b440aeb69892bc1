package dev.lamella.door;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorNameTest {

    /** What engines allow as a part of a path. */
    private static final String ENGINES_ALLOW = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";

    @ParameterizedTest
    @CsvSource({
        "docker.io, docker.io",
        "localhost, localhost",
        "registry.example.org:5000, registry.example.org__5000",
        "localhost:5000, localhost__5000",
        "127.0.0.1:65535, 127.0.0.1__65535",
        "a--b.example:1, a--b.example__1",
        "one:80, one__80",
        "[::1]:5000, v6_x--1x__5000",
        "[fe80::], v6_xfe80--x",
        "[fd00:1:2::a], v6_xfd00-1-2--ax"
    })
    void bothWays(String registry, String name) {
        assertThat(MirrorName.of(registry)).contains(name);
        assertThat(MirrorName.registry(name)).contains(registry);
        assertThat(name).matches(ENGINES_ALLOW);
    }

    @Test
    void caseIsNotKept() {
        assertThat(MirrorName.of("Registry.EXAMPLE:1")).contains("registry.example__1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "library", "v2", "..", ".", "a_b.example", "docker.io:443", "docker.io__", "docker.io__123456",
                        "docker.io__1__2",
                "__5000", "DOCKER.IO", "-a.example", "a-.example", "v6_x__5000", "v6_xx__5000", "v6_xzzx", "a..b",
                        "[::1]", "%64ocker.io"
            })
    void namesOfNone(String name) {
        assertThat(MirrorName.registry(name)).isEmpty();
    }

    @Test
    void long_() {
        assertThat(MirrorName.registry("a.".repeat(1000) + "b")).isEmpty();
        assertThat(MirrorName.of("a.".repeat(1000) + "b")).isEmpty();
    }
}
