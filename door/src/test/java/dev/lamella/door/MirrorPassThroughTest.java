package dev.lamella.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.RegistryAccess;
import dev.lamella.testkit.RegistryFault;
import dev.lamella.testkit.SeededRandom;
import dev.lamella.testkit.TestRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a registry says comes through as it is. */
@Tag("integration")
class MirrorPassThroughTest {

    private static final byte[] LAYER = new SeededRandom(5).bytes(3 << 20);
    private static final OciImage IMAGE =
            new OciImages().compression(OciImages.Compression.NONE).layer(LAYER).build();

    @TempDir
    private Path directory;

    private final TestRegistry registry = TestRegistry.start();
    private final String name = "127.0.0.1__" + registry.port();
    private final HttpClient direct = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        direct.shutdownNow();
        registry.close();
    }

    private static String insecure(String address) {
        return "[[registry]]\nlocation=\"%s\"\ninsecure=true\n".formatted(address);
    }

    private TestMirror mirror() throws IOException {
        return TestMirror.start(directory, insecure(registry.address()), Duration.ofMillis(200));
    }

    private String blob(String repository) {
        return "/v2/%s/%s/blobs/%s"
                .formatted(name, repository, IMAGE.blobDigests().getFirst());
    }

    private String manifest(String version) {
        return "/v2/%s/a/b/manifests/%s".formatted(name, version);
    }

    private static Map<String, List<String>> headers(HttpResponse<?> answer) {
        var headers = new HashMap<String, List<String>>();
        answer.headers().map().forEach((key, values) -> headers.put(key.toLowerCase(Locale.ROOT), values));
        return headers;
    }

    /** Asks the registry and the mirror the same and compares everything. */
    private HttpResponse<byte[]> compare(TestMirror mirror, String method, String rest, String... headers)
            throws Exception {
        HttpRequest.Builder there = HttpRequest.newBuilder(URI.create(registry.url() + "/v2/" + rest))
                .method(method, HttpRequest.BodyPublishers.noBody());
        HttpRequest.Builder here =
                mirror.request("/v2/" + name + "/" + rest).method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            there.headers(headers);
            here.headers(headers);
        }
        HttpResponse<byte[]> expected = direct.send(there.build(), HttpResponse.BodyHandlers.ofByteArray());
        HttpResponse<byte[]> answer = mirror.send(here);
        assertThat(answer.statusCode()).as(rest).isEqualTo(expected.statusCode());
        assertThat(headers(answer)).as(rest).isEqualTo(headers(expected));
        assertThat(answer.body()).as(rest).isEqualTo(expected.body());
        return answer;
    }

    @Test
    void byteForByteAndHeaderForHeader() throws Exception {
        registry.push("a/b", "1", IMAGE);
        String blob = "a/b/blobs/" + IMAGE.blobDigests().getFirst();
        try (TestMirror mirror = mirror()) {
            for (String method : List.of("GET", "HEAD")) {
                assertThat(compare(
                                        mirror,
                                        method,
                                        "a/b/manifests/1",
                                        "Accept",
                                        "application/json",
                                        "Accept",
                                        "text/plain")
                                .statusCode())
                        .isEqualTo(200);
                compare(mirror, method, "a/b/manifests/" + IMAGE.digest());
                compare(mirror, method, blob);
                compare(mirror, method, "a/b/manifests/2");
                compare(mirror, method, "a/b/blobs/sha256:" + "0".repeat(64));
                compare(mirror, method, "c/manifests/1");
            }
            assertThat(compare(mirror, "GET", blob, "Range", "bytes=1000-1999").statusCode())
                    .isEqualTo(206);
            assertThat(compare(mirror, "GET", blob, "Range", "bytes=3000000-").statusCode())
                    .isEqualTo(206);
            assertThat(compare(mirror, "GET", blob, "Range", "bytes=9000000-").statusCode())
                    .isEqualTo(416);
            assertThat(registry.accesses())
                    .as("what the engine accepts, and that it is us who asks")
                    .anyMatch(access ->
                            access.header("via").filter("1.1 lamella"::equals).isPresent()
                                    && access.header("accept")
                                            .filter("application/json, text/plain"::equals)
                                            .isPresent());
        }
    }

    @Test
    void statusesHeadersAndBodiesOfErrors() throws Exception {
        registry.push("a/b", "1", IMAGE);
        try (TestMirror mirror = mirror()) {
            for (int status : List.of(304, 404, 410, 418, 429, 500, 502, 503, 504)) {
                var fault = new RegistryFault.Status(
                        status,
                        Map.of("Retry-After", "7", "ETag", "\"e\"", "Content-Type", "text/odd", "X-Own", "z"),
                        status == 304 ? "" : "said " + status);
                registry.heal();
                registry.inject("manifests", 2, fault);
                compare(mirror, "GET", "a/b/manifests/1", "If-None-Match", "\"e\"");
                registry.heal();
                registry.inject("blobs", 2, fault);
                compare(mirror, "GET", "a/b/blobs/" + IMAGE.blobDigests().getFirst());
            }
            assertThat(registry.accesses())
                    .filteredOn(RegistryAccess::isManifestGet)
                    .allSatisfy(
                            access -> assertThat(access.header("if-none-match")).contains("\"e\""));
        }
    }

    @Test
    void tagsAndReferrers() throws Exception {
        registry.inject(
                "tags/list?n=2&last=x",
                1,
                new RegistryFault.Status(
                        200, Map.of("Link", "</v2/a/b/tags/list?n=2&last=z>; rel=\"next\""), "{\"tags\":[]}"));
        registry.inject(
                "referrers/sha256:" + "0".repeat(64) + "?artifactType=a/b",
                1,
                new RegistryFault.Status(200, Map.of("OCI-Filters-Applied", "artifactType"), "{}"));
        try (TestMirror mirror = mirror()) {
            HttpResponse<byte[]> tags = mirror.get("/v2/" + name + "/a/b/tags/list?n=2&last=x");
            assertThat(tags.headers().firstValue("Link"))
                    .contains("</v2/" + name + "/a/b/tags/list?n=2&last=z>; rel=\"next\"");
            HttpResponse<byte[]> referrers =
                    mirror.get("/v2/" + name + "/a/b/referrers/sha256:" + "0".repeat(64) + "?artifactType=a/b");
            assertThat(referrers.headers().firstValue("OCI-Filters-Applied")).contains("artifactType");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void whoMayNotIsToldThereIsNothing(int status) throws Exception {
        registry.inject(
                "/a/b/", 9, new RegistryFault.Status(status, Map.of("WWW-Authenticate", "Basic realm=\"x\""), ""));
        try (TestMirror mirror = mirror()) {
            HttpResponse<byte[]> answer = mirror.get(manifest("1"));
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).isEmpty();
            assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("MANIFEST_UNKNOWN");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void authenticatesAsTheUser(boolean bearer) throws Exception {
        if (bearer) {
            registry.bearer("ann", "s3cret");
        } else {
            registry.basic("ann", "s3cret");
        }
        registry.push("a/b", "1", IMAGE);
        try (TestMirror mirror = mirror()) {
            assertThat(mirror.send(mirror.request(manifest("1")).header("Authorization", "Basic YTpi"))
                            .statusCode())
                    .isEqualTo(404);
            assertThat(registry.accesses())
                    .as("what was meant for the mirror goes nowhere else")
                    .noneMatch(access -> access.header("authorization")
                            .filter("Basic YTpi"::equals)
                            .isPresent());
            Files.writeString(
                    directory.resolve("auth.json"),
                    "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}"
                            .formatted(
                                    registry.address(),
                                    Base64.getEncoder().encodeToString("ann:s3cret".getBytes(StandardCharsets.UTF_8))));
            assertThat(mirror.get(manifest("1")).body())
                    .isEqualTo(IMAGE.manifest().toByteArray());
            assertThat(mirror.get(blob("a/b")).body()).isEqualTo(LAYER);
        }
    }

    @Test
    void followsRedirections() throws Exception {
        try (TestRegistry storage = TestRegistry.start()) {
            storage.push("a/b", "1", IMAGE);
            registry.inject("/blobs/", 1, new RegistryFault.Redirect(307, URI.create(storage.url())));
            try (TestMirror mirror = mirror()) {
                HttpResponse<byte[]> answer =
                        mirror.send(mirror.request(blob("a/b")).header("Range", "bytes=10-19"));
                assertThat(answer.statusCode()).isEqualTo(206);
                assertThat(answer.body()).isEqualTo(java.util.Arrays.copyOfRange(LAYER, 10, 20));
                assertThat(storage.accesses()).hasSize(1);
            }
        }
    }

    @Test
    void aBrokenBodyIsBrokenHereToo() throws Exception {
        registry.push("a/b", "1", IMAGE);
        try (TestMirror mirror = mirror()) {
            registry.inject("/blobs/", 1, new RegistryFault.HangUp(1_000_000));
            assertThatThrownBy(() -> mirror.get(blob("a/b"))).isInstanceOf(IOException.class);
            registry.inject("/blobs/", 1, new RegistryFault.Stall(1_000_000, 5_000));
            assertThatThrownBy(() -> mirror.get(blob("a/b"))).isInstanceOf(IOException.class);
            // The JDK's client itself tries again what a connection that was open already took and did not answer.
            registry.inject("/blobs/", 9, new RegistryFault.Drop());
            assertThat(mirror.get(blob("a/b")).statusCode()).isEqualTo(502);
            registry.heal();
            registry.inject("/manifests/", 1, new RegistryFault.HangUp(10));
            assertThat(mirror.get(manifest("1")).statusCode()).isEqualTo(502);
            registry.heal();
            registry.inject("/blobs/", 1, new RegistryFault.Slow(200_000, 50));
            assertThat(mirror.get(blob("a/b")).body()).isEqualTo(LAYER);
        }
    }

    @Test
    void aClientThatHangsUpEndsTheTransfer() throws Exception {
        byte[] large = new byte[64 << 20];
        String digest = registry.putBlob("a/b", large).toString();
        registry.inject("/blobs/", 1, new RegistryFault.Slow(1 << 20, 30));
        try (TestMirror mirror = mirror();
                HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> answer = client.send(
                    mirror.request("/v2/%s/a/b/blobs/%s".formatted(name, digest))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            answer.body().readNBytes(1000);
            answer.body().close();
            client.shutdownNow();
            // All of it would take two seconds; cut off, the registry's end is closed in the middle, and the next
            // request is another connection.
            Thread.sleep(600);
            assertThat(mirror.get("/metrics").body())
                    .asString(StandardCharsets.UTF_8)
                    .satisfies(text -> {
                        String line = text.lines()
                                .filter(l -> l.startsWith("lamella_mirror_bytes_total"))
                                .findFirst()
                                .orElseThrow();
                        assertThat(Double.parseDouble(line.substring(line.indexOf(' '))))
                                .isLessThan(40e6);
                    });
        }
    }

    @Test
    void upstreamsWithMirrorsOfTheirOwn() throws Exception {
        try (TestRegistry second = TestRegistry.start()) {
            second.push("copy/a/b", "1", IMAGE);
            registry.push("a/b", "2", IMAGE);
            String conf = insecure(registry.address())
                    + "[[registry.mirror]]\nlocation=\"127.0.0.1:1\"\ninsecure=true\n"
                    + "[[registry.mirror]]\nlocation=\"%s/copy\"\ninsecure=true\n".formatted(second.address());
            try (TestMirror mirror = TestMirror.start(directory, conf, Duration.ofMillis(200))) {
                assertThat(mirror.get(manifest("1")).statusCode()).isEqualTo(200);
                assertThat(registry.accesses()).isEmpty();
                assertThat(mirror.get(manifest("2")).statusCode()).isEqualTo(200);
                assertThat(mirror.get(manifest("3")).statusCode()).isEqualTo(404);
            }
        }
    }

    @Test
    void blockedAndUnreachableRegistries() throws Exception {
        String conf = "[[registry]]\nlocation=\"%s\"\nblocked=true\n[[registry]]\nlocation=\"127.0.0.1:1\"\n"
                .formatted(registry.address());
        try (TestMirror mirror = TestMirror.start(directory, conf, Duration.ofMillis(200))) {
            assertThat(mirror.get(manifest("1")).statusCode()).isEqualTo(403);
            assertThat(mirror.get("/v2/127.0.0.1__1/a/manifests/1").statusCode())
                    .isEqualTo(502);
            assertThat(registry.accesses()).isEmpty();
        }
    }
}
