package dev.lamella.door;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.oci.Credentials;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.SeededRandom;
import dev.lamella.testkit.TestRegistry;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mirror, a node that does as told, and a registry. */
@Tag("integration")
class MirrorPrepareTest {

    private static final long BOX_MILLIS = 3000;
    private static final OciImage IMAGE = OciImages.oci(new SeededRandom(1).bytes(5120));

    @TempDir
    private Path directory;

    private final TestRegistry registry = TestRegistry.start();
    private final String name = "127.0.0.1__" + registry.port();
    private FakeNode node;

    @BeforeEach
    void start() throws Exception {
        node = FakeNode.start(directory.resolve("node.sock"));
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
        registry.close();
    }

    private TestMirror mirror(MirrorLimits limits) throws IOException {
        String conf = "[[registry]]\nlocation=\"%s\"\ninsecure=true\n".formatted(registry.address());
        return TestMirror.start(directory, conf, Duration.ofMillis(BOX_MILLIS), limits);
    }

    private TestMirror mirror() throws IOException {
        return mirror(MirrorLimits.DEFAULT);
    }

    private String manifest(String version) {
        return "/v2/%s/a/b/manifests/%s".formatted(name, version);
    }

    private List<String> asked() {
        return node.requests().stream()
                .map(request -> request.reference()
                        + request.platform().map(p -> " " + p).orElse(""))
                .toList();
    }

    @Test
    void anImageIsPreparedBeforeItsManifestIsAnswered() throws Exception {
        String tag = registry.push("a/b", "1", IMAGE);
        node.delayMillis = 300;
        try (TestMirror mirror = mirror()) {
            long start = System.nanoTime();
            assertThat(mirror.get(manifest("1")).body())
                    .isEqualTo(IMAGE.manifest().toByteArray());
            assertThat(System.nanoTime() - start).isGreaterThan(300_000_000L);
            mirror.get(manifest(IMAGE.digest().toString()));
            assertThat(asked()).containsExactly(tag, registry.address() + "/a/b@" + IMAGE.digest());
            assertThat(node.requests()).allSatisfy(request -> {
                assertThat(request.door()).isEqualTo(Door.MIRROR);
                assertThat(request.credentials()).isEmpty();
            });
        }
    }

    @Test
    void nothingElseIsAskedForAtTheNode() throws Exception {
        registry.push("a/b", "1", IMAGE);
        registry.putManifest(
                "a/b",
                "artifact",
                OciImages.OCI_MANIFEST,
                ("{\"schemaVersion\":2,\"mediaType\":\""
                                + OciImages.OCI_MANIFEST
                                + "\",\"config\":{\"mediaType\":\"application/x\",\"digest\":\"sha256:"
                                + "0".repeat(64) + "\",\"size\":2},\"layers\":[]}")
                        .getBytes(StandardCharsets.UTF_8));
        registry.putManifest("a/b", "junk", "text/plain", new byte[] {1, 2, 3});
        registry.putManifest("a/b", "large", OciImages.OCI_MANIFEST, new byte[3 << 20]);
        try (TestMirror mirror = mirror()) {
            mirror.send(mirror.request(manifest("1")).method("HEAD", HttpRequest.BodyPublishers.noBody()));
            mirror.get("/v2/%s/a/b/blobs/%s".formatted(name, IMAGE.imageId()));
            for (String version : List.of("2", "artifact", "junk", "large")) {
                assertThat(mirror.get(manifest(version)).statusCode()).isEqualTo(version.equals("2") ? 404 : 200);
            }
            assertThat(mirror.get(manifest("large")).body()).hasSize(3 << 20);
            assertThat(asked()).isEmpty();
        }
    }

    @Test
    void anImageOfAnIndexIsAskedForByItsTag() throws Exception {
        OciImage arm =
                new OciImages().platform("linux/arm64/v8").layer(new byte[1024]).build();
        OciImage index = OciImages.index(List.of("linux/amd64", "linux/arm64/v8"), List.of(IMAGE, arm));
        String tag = registry.push("a/b", "multi", index);
        try (TestMirror mirror = mirror()) {
            mirror.get(manifest("multi"));
            assertThat(asked()).as("an index alone").isEmpty();
            mirror.get(manifest(arm.digest().toString()));
            mirror.get(manifest(index.digest().toString()));
            mirror.get(manifest(IMAGE.digest().toString()));
            assertThat(asked()).containsExactly(tag + " linux/arm64/v8", tag + " linux/amd64");
        }
        node.requests().clear();
        try (TestMirror mirror = mirror()) {
            mirror.get(manifest(index.digest().toString()));
            mirror.get(manifest(arm.digest().toString()));
            assertThat(asked()).containsExactly(registry.address() + "/a/b@" + index.digest() + " linux/arm64/v8");
        }
    }

    @Test
    void theUsersCredentialsGoWithTheRequest() throws Exception {
        registry.bearer("ann", "s3cret");
        registry.push("a/b", "1", IMAGE);
        Files.writeString(
                directory.resolve("auth.json"),
                "{\"auths\":{\"%s/a\":{\"auth\":\"%s\"}}}"
                        .formatted(
                                registry.address(),
                                Base64.getEncoder().encodeToString("ann:s3cret".getBytes(StandardCharsets.UTF_8))));
        try (TestMirror mirror = mirror()) {
            assertThat(mirror.get(manifest("1")).statusCode()).isEqualTo(200);
            assertThat(node.requests().getFirst().credentials()).contains(new Credentials.Password("ann", "s3cret"));
        }
    }

    @Test
    void aNodeThatIsSlowHangsFailsOrIsNotThereDelaysNoLongerThanTheTimeBox() throws Exception {
        registry.push("a/b", "1", IMAGE);
        try (TestMirror mirror = mirror()) {
            for (PullAnswer.Outcome outcome : PullAnswer.Outcome.values()) {
                node.outcome = outcome;
                answersAtOnce(mirror);
            }
            node.statusLine = "HTTP/1.1 500 No";
            answersAtOnce(mirror);
            node.statusLine = "nonsense";
            answersAtOnce(mirror);
            node.statusLine = "HTTP/1.1 200 OK";
            node.delayMillis = 60_000;
            answersWithin(mirror, BOX_MILLIS + 5000);
            int before = node.requests().size();
            answersAtOnce(mirror);
            assertThat(node.requests())
                    .as("a node that hangs is left alone for a while")
                    .hasSize(before);
            String metrics = new String(mirror.get("/metrics").body(), StandardCharsets.UTF_8);
            assertThat(metrics)
                    .contains("lamella_mirror_fallbacks_total{cause=\"hung\"} 2.0")
                    .contains("lamella_mirror_fallbacks_total{cause=\"failed\"} 1.0")
                    .contains("lamella_mirror_fallbacks_total{cause=\"unavailable\"} 2.0")
                    .contains("lamella_mirror_requests_total{kind=\"manifests\",status=\"200\"} 11.0")
                    .contains("lamella_mirror_node_wait_seconds_count{outcome=\"hit\"} 1");
        }
        node.close();
        try (TestMirror mirror = mirror()) {
            answersAtOnce(mirror);
            Files.delete(directory.resolve("node.sock"));
            answersAtOnce(mirror);
        }
        node = FakeNode.start(directory.resolve("node.sock"));
    }

    private void answersAtOnce(TestMirror mirror) throws Exception {
        answersWithin(mirror, BOX_MILLIS - 1000);
    }

    private void answersWithin(TestMirror mirror, long millis) throws Exception {
        long start = System.nanoTime();
        HttpResponse<byte[]> answer = mirror.get(manifest("1"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(IMAGE.manifest().toByteArray());
        assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(millis);
    }

    @Test
    void fiftyPullsAtOnce() throws Exception {
        registry.push("a/b", "1", IMAGE);
        node.delayMillis = 200;
        var pulls = new ArrayList<Callable<Boolean>>();
        try (TestMirror mirror = mirror();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                pulls.add(() -> {
                    byte[] manifest = mirror.get(manifest("1")).body();
                    byte[] blob = mirror.get("/v2/%s/a/b/blobs/%s"
                                    .formatted(name, IMAGE.blobDigests().getFirst()))
                            .body();
                    return IMAGE.manifest().equals(dev.lamella.filetree.ByteString.of(manifest))
                            && IMAGE.blobDigests().getFirst().matches(blob);
                });
            }
            long start = System.nanoTime();
            for (var pull : threads.invokeAll(pulls)) {
                assertThat(pull.get()).isTrue();
            }
            assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(20_000);
        }
    }

    @Test
    void moreThanItCanTakeIsToldToComeBack() throws Exception {
        registry.push("a/b", "1", IMAGE);
        node.delayMillis = 700;
        var few = new MirrorLimits(2, 1, 8192, 60_000, 10_000, 2, 60_000, 10, 1000, 1 << 20, 500, 1000);
        try (TestMirror mirror = mirror(few);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var statuses = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < 6; i++) {
                statuses.add(() -> mirror.get(manifest("1")).statusCode());
            }
            var got = new ArrayList<Integer>();
            for (var status : threads.invokeAll(statuses)) {
                got.add(status.get());
            }
            assertThat(got).contains(503, 200).containsOnly(503, 200);
            assertThat(mirror.get(manifest("1")).statusCode()).isEqualTo(200);
        }
    }
}
