package dev.lamella.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.node.MountMode;
import dev.lamella.node.NodeConfig;
import dev.lamella.node.NodeService;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.StoreConfig;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.TrustedKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The API of a real node, whose image store is made by hand: nothing is mounted. */
@Tag("integration")
@Timeout(60)
class NodeApiTest {

    private static final String BASE = "a".repeat(64);
    private static final String TOP = "b".repeat(64);
    private static final String IMAGE = "c".repeat(64);
    private static final Duration WAIT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private Path socket;
    private NodeApi api;
    private NodeClient client;
    private Optional<NodeService> node = Optional.empty();
    private boolean ready = true;

    @BeforeEach
    void start() throws Exception {
        socket = directory.resolve("node.sock");
        SigningKey key = SigningKey.loadOrCreate(directory.resolve("key.pem"));
        DirectoryStore store =
                DirectoryStore.open(directory.resolve("store"), StoreConfig.writer(key, TrustedKeys.load(List.of())));
        var config = new NodeConfig(
                directory.resolve("state"),
                directory.resolve("images"),
                List.of(directory.resolve("graphroot")),
                MountMode.AUTO,
                Duration.ofSeconds(10));
        NodeService.createImageStore(config);
        node = Optional.of(new NodeService(config, store));
        write("images/overlay-layers/layers.json", "[%s,%s]".formatted(layer(BASE, ""), layer(TOP, BASE)));
        write("images/overlay-images/images.json", """
                [{"id":"%1$s","digest":"sha256:%1$s","names":["docker.io/library/left:1","quay.io/x/left:1"],"layer":"%2$s",
                  "big-data-names":[],"big-data-sizes":{},"big-data-digests":{},"created":"2026-01-01T00:00:00Z"}]
                """.formatted(IMAGE, TOP));
        api = NodeApi.start(
                socket,
                new NodeApi.Parts(
                        Optional::empty,
                        () -> node,
                        new DoorMetrics(),
                        () -> new NodeApi.Status(ready, Map.of("ready", ready, "version", "1", "images", 7))));
        client = new NodeClient(socket);
    }

    @AfterEach
    void stop() throws IOException {
        api.close();
    }

    private static String layer(String id, String parent) {
        return """
                {"id":"%1$s"%2$s,"created":"2026-01-01T00:00:00Z","compressed-diff-digest":"sha256:%1$s","compressed-size":1,
                 "diff-digest":"sha256:%1$s","diff-size":10,"compression":2,"uidset":[0],"gidset":[0]}
                """.formatted(id, parent.isEmpty() ? "" : ",\"parent\":\"%s\"".formatted(parent));
    }

    private void write(String file, String content) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private JsonNode ask(String method, String path) throws IOException {
        byte[] answer = client.exchange(method, path, new byte[0], WAIT);
        return JsonMapper.builder().build().readTree(answer);
    }

    private void refuses(String method, String path, String... parts) {
        assertThatThrownBy(() -> ask(method, path))
                .isInstanceOf(NodeUnavailableException.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void listsImagesWithTheirLayersBaseFirst() throws Exception {
        JsonNode image = ask("GET", "/v1/images").path("images").path(0);
        assertThat(image.path("names").valueStream().map(JsonNode::asString))
                .containsExactly("docker.io/library/left:1", "quay.io/x/left:1");
        assertThat(image.path("manifestDigest").asString()).isEqualTo("sha256:" + IMAGE);
        assertThat(image.path("imageId").asString()).isEqualTo("sha256:" + IMAGE);
        assertThat(image.path("layers")
                        .valueStream()
                        .map(layer -> layer.path("diffId").asString()))
                .containsExactly("sha256:" + BASE, "sha256:" + TOP);
        assertThat(image.path("layers").path(0).path("dataSizeBytes").asInt()).isEqualTo(10);
    }

    @Test
    void dropsNamesAndWithTheLastTheImage() throws Exception {
        assertThat(ask("DELETE", "/v1/images/left:1").path("name").asString()).isEqualTo("docker.io/library/left:1");
        assertThat(ask("GET", "/v1/images").path("images").path(0).path("names").size())
                .isEqualTo(1);
        refuses("DELETE", "/v1/images/left:1", "404", "docker.io/library/left:1 is not shown");
        assertThat(ask("DELETE", "/v1/images/quay.io/x/left:1").path("dropped").asBoolean())
                .isTrue();
        assertThat(ask("GET", "/v1/images").path("images").size()).isZero();
        assertThat(node.orElseThrow().shownLayers()).isEmpty();
    }

    @Test
    void dropsNothingInUseUnlessForced() throws Exception {
        write("graphroot/overlay-layers/layers.json", "[{\"id\":\"rw\",\"parent\":\"%s\"}]".formatted(TOP));
        write("graphroot/overlay-containers/containers.json", "[{\"id\":\"c\",\"names\":[\"web\"],\"layer\":\"rw\"}]");
        ask("DELETE", "/v1/images/left:1");
        refuses("DELETE", "/v1/images/quay.io/x/left:1", "409", "\"user\":\"container web\"", "/graphroot\"");
        refuses("DELETE", "/v1/images/quay.io/x/left:1?force=false", "409");
        refuses("DELETE", "/v1/images/quay.io/x/left:1?force=maybe", "400", "force=true");
        assertThat(ask("GET", "/v1/images").path("images").size()).isEqualTo(1);
        ask("DELETE", "/v1/images/quay.io/x/left:1?force=true");
        assertThat(ask("GET", "/v1/images").path("images").size()).isZero();
        assertThat(node.orElseThrow().shownLayers())
                .as("a container needs them")
                .hasSize(2);
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        refuses("DELETE", "/v1/images/UPPER", "400", "UPPER");
        refuses("DELETE", "/v1/images/", "400");
        refuses("DELETE", "/v1/images", "404", "no such thing");
        refuses("PUT", "/v1/images/left:1", "404", "no such thing");
        write("images/overlay-images/images.json", "[{");
        refuses("GET", "/v1/images", "500", "images.json");
        node = Optional.empty();
        refuses("GET", "/v1/images", "503", "not ready");
        refuses("DELETE", "/v1/images/left:1", "503", "not ready");
    }

    @Test
    void status() throws Exception {
        NodeApi.Status status = client.status(WAIT);
        assertThat(status.ready()).isTrue();
        assertThat(status.facts()).containsEntry("version", "1").containsEntry("images", 7);
        ready = false;
        assertThat(client.status(WAIT).ready()).isFalse();
        assertThat(client.exchange("GET", "/readyz", new byte[0], WAIT)).isEmpty();
        node = Optional.empty();
        refuses("GET", "/readyz", "503");
        assertThat(client.exchange("GET", "/healthz", new byte[0], WAIT)).isEmpty();
    }

    /** Needs root, to be somebody else. */
    @Test
    @Tag("system")
    void othersMayLookAndNotDrop() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(asUser("GET", "/v1/images")).endsWith("200").contains("docker.io/library/left:1");
        assertThat(asUser("GET", "/v1/status")).endsWith("200");
        assertThat(asUser("DELETE", "/v1/images/left:1")).endsWith("403").contains("only root");
        assertThat(asUser("DELETE", "/v1/images/left:1?force=true")).endsWith("403");
        assertThat(node.orElseThrow().shownImages().getFirst().names()).hasSize(2);
    }

    private String asUser(String method, String path) throws Exception {
        Process curl = new ProcessBuilder(
                        "setpriv",
                        "--reuid=4242",
                        "--regid=4242",
                        "--clear-groups",
                        "curl",
                        "--silent",
                        "--show-error",
                        "--request",
                        method,
                        "--write-out",
                        "%{http_code}",
                        "--unix-socket",
                        socket.toString(),
                        "http://node" + path)
                .redirectErrorStream(true)
                .start();
        String said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(curl.waitFor()).as(said).isZero();
        return said;
    }
}
