package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.RegistryAccess;
import dev.lamella.testkit.TestRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real Podmans pull through {@code lamella mirror}, and without it. There is no node here: every pull is a plain one. */
@Tag("system")
class MirrorTest extends WithMachine {

    private static final String PASSWORD = "s3cret";

    private final TestRegistry closed = TestRegistry.start().basic("ann", PASSWORD);
    private final String mirror;
    private final HttpClient client = HttpClient.newHttpClient();

    MirrorTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
        mirror = machine.mirror();
        Files.writeString(directory.resolve("lamella.toml"), """
                registries.auth-file = "%1$s/auth.json"
                doors.time-box-seconds = 5
                """.formatted(directory), StandardOpenOption.APPEND);
        String pair = Base64.getEncoder().encodeToString(("ann:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        Files.writeString(
                directory.resolve("auth.json"),
                "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(closed.address(), pair));
        machine.engine("plain", false);
        for (String engine : List.of("shown", "plain")) {
            Files.writeString(directory.resolve(engine).resolve("registries.conf"), registriesConf());
        }
    }

    private String registriesConf() {
        var conf = new StringBuilder("unqualified-search-registries = []\n");
        for (TestRegistry each : List.of(registry, closed)) {
            conf.append("""
                    [[registry]]
                    location = "%1$s"
                    insecure = true
                    [[registry.mirror]]
                    location = "%2$s/%3$s"
                    insecure = true
                    """.formatted(each.address(), mirror, each.address().replace(":", "__")));
        }
        return conf.toString();
    }

    @AfterEach
    void closeClosed() {
        client.shutdownNow();
        closed.close();
    }

    private Process startMirror() throws Exception {
        Process process = machine.startLamella("mirror");
        for (int tries = 0; tries < 300; tries++) {
            try {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create("http://" + mirror + "/readyz"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return process;
                }
            } catch (IOException _) {
                assertThat(process.isAlive()).as(said()).isTrue();
            }
            Thread.sleep(100);
        }
        throw new AssertionError("the mirror does not start: " + said());
    }

    private String said() throws IOException {
        return Files.readString(machine.directory().resolve("err"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bookworm", "trixie", "sid"})
    void pullsThroughTheMirrorAndWithoutIt(String suite) throws Exception {
        OciImage image = FeatureImage.of(OciImages.Compression.GZIP);
        OciImage arm =
                new OciImages().platform("linux/arm64/v8").layer(new byte[1024]).build();
        String byTag = registry.push("test/one", "1", image);
        String byDigest = registry.address() + "/test/two@" + image.digest();
        registry.push("test/two", "1", image);
        String multi = registry.push(
                "test/multi", "1", OciImages.index(List.of("linux/arm64/v8", "linux/amd64"), List.of(arm, image)));
        String hidden = closed.push("test/hidden", "1", image);
        List<String> all = List.of(byTag, byDigest, multi, hidden);

        Process process = startMirror();
        try {
            pullAll(suite, all);
            for (TestRegistry each : List.of(registry, closed)) {
                assertThat(each.accesses())
                        .as("what the registry was asked")
                        .isNotEmpty()
                        .allMatch(access -> access.header("via")
                                .filter("1.1 lamella"::equals)
                                .isPresent());
            }
            String log = said();
            assertThat(log)
                    .contains(byTag + ": unavailable", byDigest + ": unavailable", " as " + multi + ": unavailable")
                    .contains(hidden + ": unavailable")
                    .doesNotContain(PASSWORD);
        } finally {
            process.destroy();
            assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(process.exitValue()).isEqualTo(143);

        machine.in(suite, "plain", "podman", "rmi", "-fa");
        registry.forgetAccesses();
        closed.forgetAccesses();
        pullAll(suite, all);
        assertThat(registry.accesses()).noneMatch(access -> access.header("via").isPresent());
        assertThat(closed.accesses()).filteredOn(RegistryAccess::isManifestGet).isNotEmpty();
    }

    /** The mirror finds no credentials of a user who has logged in otherwise: that user's pull goes past it. */
    @ParameterizedTest
    @ValueSource(strings = {"bookworm", "trixie", "sid"})
    void whatTheMirrorMayNotSeeIsPulledPastIt(String suite) throws Exception {
        String hidden = closed.push("test/hidden", "1", FeatureImage.of(OciImages.Compression.GZIP));
        Files.move(machine.directory().resolve("auth.json"), machine.directory().resolve("other.json"));
        Process process = startMirror();
        try {
            machine.in(
                    suite, "plain", "podman", "pull", "-q", "--authfile", machine.directory() + "/other.json", hidden);
        } finally {
            process.destroy();
        }
        assertThat(closed.accesses())
                .filteredOn(access -> access.isManifestGet() && access.status() == 200)
                .isNotEmpty()
                .noneMatch(access -> access.header("via").isPresent());
    }

    private void pullAll(String suite, List<String> references) throws Exception {
        String auth = machine.directory().resolve("auth.json").toString();
        for (String reference : references) {
            machine.in(suite, "plain", "podman", "pull", "-q", "--authfile", auth, reference);
        }
        assertThat(machine.in(suite, "plain", "podman", "run", "--rm", "--pull=never", references.getFirst()))
                .isEqualTo("base");
    }
}
