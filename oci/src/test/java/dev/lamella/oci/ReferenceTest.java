package dev.lamella.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {

    private static final String D = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    @ParameterizedTest
    @CsvSource({
        "debian, docker.io/library/debian:latest, debian:latest",
        "debian:12, docker.io/library/debian:12, debian:12",
        "user/app, docker.io/user/app:latest, user/app:latest",
        "docker.io/debian, docker.io/library/debian:latest, debian:latest",
        "index.docker.io/user/app:1, docker.io/user/app:1, user/app:1",
        "localhost/a/b, localhost/a/b:latest, localhost/a/b:latest",
        "localhost:5000/a, localhost:5000/a:latest, localhost:5000/a:latest",
        "127.0.0.1:5000/a:V_1.x, 127.0.0.1:5000/a:V_1.x, 127.0.0.1:5000/a:V_1.x",
        "[::1]:5000/a, [::1]:5000/a:latest, [::1]:5000/a:latest",
        "quay.io/x/y__z-w.v@" + D + ", quay.io/x/y__z-w.v@" + D + ", quay.io/x/y__z-w.v@" + D,
        "quay.io/x/y:tag@" + D + ", quay.io/x/y@" + D + ", quay.io/x/y@" + D,
        "UPPER/a, UPPER/a:latest, UPPER/a:latest",
    })
    void normalises(String text, String full, String familiar) throws Exception {
        Reference reference = Reference.parse(text);
        assertThat(reference).hasToString(full);
        assertThat(reference.familiar()).isEqualTo(familiar);
        assertThat(Reference.parse(full)).isEqualTo(reference);
        assertThat(Reference.parse(familiar)).isEqualTo(reference);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "a:",
                ":a",
                "a/",
                "/a",
                "a//b",
                "Debian",
                "quay.io/Debian",
                "a b",
                "a:b c",
                "a:.x",
                "a:-x",
                "quay.io/",
                "https://quay.io/a",
                "docker://a",
                "a@sha256",
                "a@sha256:1234",
                "a@md5:d41d8cd98f00b204e9800998ecf8427e",
                "a@" + D + "@" + D,
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "quay.io/a_-b",
                "quay.io/..",
                "quay.io/a/../b",
                "quay.io:port/a",
                "quay.io:/a",
                "-x.io/a",
                "x\u0000y",
                "é",
                "a?b",
                "a#b",
                "a%2fb"
            })
    void refuses(String text) {
        assertThatThrownBy(() -> Reference.parse(text))
                .isInstanceOfSatisfying(
                        OciException.class, e -> assertThat(e.kind()).isEqualTo(OciException.Kind.MALFORMED_REFERENCE))
                .hasMessageContaining("not an image reference")
                .message()
                .matches("\\p{Print}+");
    }

    @ParameterizedTest
    @CsvSource({"250, true", "255, false", "2000, false"})
    void boundsNames(int length, boolean right) {
        String name = "q.io/" + "a".repeat(length);
        if (right) {
            assertThat(name).satisfies(Reference::parse);
        } else {
            assertThatThrownBy(() -> Reference.parse(name)).isInstanceOf(OciException.class);
        }
    }
}
