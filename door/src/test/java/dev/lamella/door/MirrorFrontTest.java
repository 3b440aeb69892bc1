package dev.lamella.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.RegistryFault;
import dev.lamella.testkit.TestRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a mirror answers by itself, and what it never asks a registry. */
@Tag("integration")
class MirrorFrontTest {

    @TempDir
    private Path directory;

    private final TestRegistry registry = TestRegistry.start();
    private final String name = "127.0.0.1__" + registry.port();
    private TestMirror mirror;

    @BeforeEach
    void start() throws IOException {
        String conf = "[[registry]]\nlocation=\"%s\"\ninsecure=true\n".formatted(registry.address());
        mirror = TestMirror.start(directory, conf, Duration.ofMillis(200));
    }

    @AfterEach
    void stop() {
        mirror.close();
        registry.close();
    }

    @Test
    void ownAnswers() throws Exception {
        HttpResponse<byte[]> base = mirror.get("/v2/");
        assertThat(base.statusCode()).isEqualTo(200);
        assertThat(base.headers().firstValue("Docker-Distribution-API-Version")).contains("registry/2.0");
        assertThat(mirror.get("/v2").statusCode()).isEqualTo(200);
        assertThat(mirror.get("/healthz").statusCode()).isEqualTo(200);
        assertThat(mirror.get("/readyz").statusCode()).isEqualTo(200);
        assertThat(new String(mirror.get("/metrics").body(), StandardCharsets.UTF_8))
                .contains("lamella_mirror_requests_total{kind=\"own\",status=\"200\"} 4.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v2/%s/../%s/a/manifests/1",
                "GET /v2/%s/a/../../etc/manifests/1",
                "GET /v2/%s/a/%%2e%%2e/manifests/1",
                "GET /v2/%s/a%%2fb/manifests/1",
                "GET /v2/%s/a%%00b/manifests/1",
                "GET /v2/%s/a;x=y/manifests/1",
                "GET /v2/%s/Upper/manifests/1",
                "GET /v2/%s//a/manifests/1",
                "GET /v2/%s/a/manifests/1%%0d%%0aX:y",
                "GET /v2/a/b/manifests/1",
                "GET /v2/%s/manifests/1",
                "GET /%s/a/manifests/1",
                "GET http://elsewhere.example/v2/%s/a/manifests/1",
                "GET //v2/%s/a/manifests/1",
                "GET *",
                "GET /v2/%s/a/tags/list?n=<script>",
                "GET /v2/%s/a/blobs/sha256:zz",
                "GET /v2/%s/a/blobs/uploads/",
                "GET /.well-known/x"
            })
    void malformedPathsAskNobody(String line) throws Exception {
        assertThat(mirror.raw(line.formatted(name, name))).isIn(400, 404, 421);
        assertThat(registry.connectionCount()).isZero();
    }

    @Test
    void hugeRequestsAskNobody() throws Exception {
        assertThat(mirror.raw("GET /v2/%s/%s/manifests/1".formatted(name, "a".repeat(20_000))))
                .isEqualTo(400);
        assertThat(mirror.raw("GET /v2/%s/%s/manifests/1".formatted(name, "a".repeat(200_000))))
                .isIn(414, 431, TestMirror.HUNG_UP);
        assertThat(mirror.raw(
                        "GET /v2/%s/a/manifests/1".formatted(name),
                        "Host: " + mirror.address(),
                        "Accept: " + "a".repeat(200_000)))
                .isIn(431, TestMirror.HUNG_UP);
        assertThat(registry.connectionCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"})
    void otherMethods(String method) throws Exception {
        assertThat(mirror.raw("%s /v2/%s/a/manifests/1".formatted(method, name)))
                .isIn(405, 400);
        assertThat(registry.connectionCount()).isZero();
    }

    @Test
    void aPageOfAnotherNameIsNotServed() throws Exception {
        String line = "GET /v2/%s/a/manifests/1".formatted(name);
        for (String host : List.of("evil.example", "127.0.0.1.evil.example:5320", "[::2]:1")) {
            assertThat(mirror.raw(line, "Host: " + host)).as(host).isEqualTo(421);
        }
        assertThat(registry.connectionCount()).isZero();
        for (String host : List.of("localhost:1", "LOCALHOST", "127.0.0.1", "127.0.0.2:7", "[::1]:5320")) {
            assertThat(mirror.raw(line, "Host: " + host)).as(host).isEqualTo(404);
        }
    }

    @Test
    void doesNotAskItself() throws Exception {
        OciImage image = OciImages.oci(new byte[1024]);
        registry.push("a/b", "1", image);
        String path = "/v2/%s/a/b/manifests/1".formatted(name);
        assertThat(mirror.send(mirror.request(path).header("Via", "1.0 x, 1.1 lamella"))
                        .statusCode())
                .isEqualTo(508);
        assertThat(mirror.send(mirror.request(path).header("Via", "1.1 proxy")).statusCode())
                .isEqualTo(200);
        assertThat(registry.accesses()).hasSize(1);
        mirror.get("/v2/%s/a/b/manifests/1".formatted(mirror.address().replace(":", "__")));
        assertThat(registry.accesses()).hasSize(1);

        // Another mirror that names this one and is named by nobody: asked by it, this one answers that it is a loop.
        String conf =
                "[[registry]]\nlocation=\"%s\"\ninsecure=true\n[[registry.mirror]]\nlocation=\"%s/%s\"\ninsecure=true\n"
                        .formatted(registry.address(), mirror.address(), name);
        try (TestMirror second = TestMirror.start(directory, conf, Duration.ofMillis(200))) {
            assertThat(second.get(path).body()).isEqualTo(image.manifest().toByteArray());
            assertThat(new String(mirror.get("/metrics").body(), StandardCharsets.UTF_8))
                    .contains("lamella_mirror_requests_total{kind=\"loop\",status=\"508\"} 2.0");
        }
    }

    @Test
    void listensOnLoopbackOnly() {
        for (String address : List.of("0.0.0.0", "192.0.2.1")) {
            assertThatThrownBy(() -> new MirrorConfig(
                            new InetSocketAddress(address, 5320),
                            TestMirror.config(directory),
                            TestMirror.config(directory),
                            Path.of("/none"),
                            Duration.ofSeconds(1),
                            MirrorLimits.DEFAULT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("loopback");
        }
    }

    @Test
    void stoppingLetsTransfersEnd() throws Exception {
        byte[] blob = new byte[2 << 20];
        String digest = registry.putBlob("a/b", blob).toString();
        registry.inject("/blobs/", 1, new RegistryFault.Slow(100_000, 100));
        try (HttpClient client = HttpClient.newHttpClient();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // Has the head of the answer when it returns.
            InputStream transfer = client.send(
                            mirror.request("/v2/%s/a/b/blobs/%s".formatted(name, digest))
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream())
                    .body();
            Future<byte[]> body = threads.submit(transfer::readAllBytes);
            long start = System.nanoTime();
            mirror.closeServer();
            assertThat((System.nanoTime() - start) / 1_000_000).isBetween(100L, 9_000L);
            assertThat(body.get()).isEqualTo(blob);
        }
    }
}
