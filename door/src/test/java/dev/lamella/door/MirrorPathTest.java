package dev.lamella.door;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorPathTest {

    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    @Test
    void targets() {
        assertThat(MirrorPath.parse("/v2/docker.io/library/debian/manifests/12"))
                .isInstanceOfSatisfying(MirrorPath.Target.class, target -> {
                    assertThat(target.kind()).isEqualTo(MirrorPath.Kind.MANIFESTS);
                    assertThat(target.repository()).hasToString("docker.io/library/debian:12");
                    assertThat(target.resource()).isEqualTo("manifests/12");
                });
        assertThat(MirrorPath.parse("/v2/localhost__5000/a/manifests/b/blobs/" + DIGEST))
                .isInstanceOfSatisfying(MirrorPath.Target.class, target -> {
                    assertThat(target.kind()).isEqualTo(MirrorPath.Kind.BLOBS);
                    assertThat(target.repository()).hasToString("localhost:5000/a/manifests/b@" + DIGEST);
                });
        assertThat(MirrorPath.parse("/v2/docker.io/debian/tags/list")).isInstanceOf(MirrorPath.Target.class);
        assertThat(MirrorPath.parse("/v2/docker.io/a/b/referrers/" + DIGEST)).isInstanceOf(MirrorPath.Target.class);
    }

    @ParameterizedTest
    @CsvSource({
        "/, 404",
        "/v2/x, 404",
        "/v1/docker.io/a/b/manifests/1, 404",
        "/v2/library/debian/manifests/12, 404",
        "/v2/docker.io/manifests/12, 404",
        "/v2/_catalog, 404",
        "/v2/docker.io/../../etc/manifests/1, 400",
        "/v2/docker.io/a/../b/manifests/1, 400",
        "/v2/docker.io/a/./manifests/1, 400",
        "/v2/docker.io/a//b/manifests/1, 400",
        "/v2/docker.io/%2e%2e/manifests/1, 400",
        "/v2/docker.io/a%2Fb/manifests/1, 400",
        "/v2/docker.io/Upper/manifests/1, 400",
        "/v2/DOCKER.IO/a/manifests/1, 404",
        "/v2/127.0.0.1:5000/a/manifests/1, 404",
        "/v2/docker.io/a/manifests/.., 400",
        "/v2/docker.io/a/manifests/sha256:12, 400",
        "/v2/docker.io/a/blobs/latest, 400",
        "/v2/docker.io/a/blobs/uploads, 400",
        "/v2/docker.io/a/tags/all, 400",
        "/v2/docker.io/a/manifests/1/, 404",
        "/v2/user@docker.io/a/manifests/1, 400",
    })
    void wrong(String path, int status) {
        assertThat(MirrorPath.parse(path)).isInstanceOfSatisfying(MirrorPath.Wrong.class, wrong -> {
            assertThat(wrong.status()).as(wrong.message()).isEqualTo(status);
            assertThat(wrong.message()).matches("\\p{Print}+");
        });
    }

    @Test
    void huge() {
        assertThat(MirrorPath.parse("/v2/docker.io/" + "a/".repeat(100_000) + "manifests/1"))
                .isInstanceOf(MirrorPath.Wrong.class);
    }
}
