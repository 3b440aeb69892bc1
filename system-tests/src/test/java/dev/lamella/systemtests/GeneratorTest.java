package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The generator as a service, told of pushes by a real registry: what is pushed is in the store, and runs on a node without a download. */
@Tag("system")
@Timeout(900)
class GeneratorTest extends WithMachine {

    private static final int IMAGES = 30;
    private static final String SUITE = "trixie";

    private final Path directory;
    private final Generator generator;

    GeneratorTest(@TempDir Path directory) throws IOException, InterruptedException {
        super(directory);
        this.directory = directory;
        generator = new Generator(directory.resolve("generator"), directory, "");
    }

    @AfterEach
    void endGenerator() throws IOException, InterruptedException {
        generator.close();
        Shell.run(Map.of(), List.of("testbed/registry", registryDirectory(), "stop"));
    }

    private String registryDirectory() {
        return directory.resolve("pushed").toString();
    }

    @Test
    void imagesArePublishedWhenTheyArePushed() throws Exception {
        String registry = Shell.out(
                Map.of("NOTIFY_URL", generator.hookUrl(), "NOTIFY_TOKEN", Generator.HOOK_SECRET),
                List.of("testbed/registry", registryDirectory(), "start"));
        generator.listenTo(registry);
        generator.start();
        Shell.out(Map.of(), List.of("testbed/podman-state", path("pusher"), "--insecure", registry));
        push(registry);

        Set<String> expected = new TreeSet<>();
        for (int number = 0; number < IMAGES; number++) {
            expected.add("%s/team/image%d:1".formatted(registry, number));
        }
        for (int tries = 0; !generator.published().equals(expected) && tries < 300; tries++) {
            Thread.sleep(200);
        }
        assertThat(generator.published()).isEqualTo(expected);
        JsonNode jobs = generator.get("/v1/jobs?limit=1000").required("items");
        assertThat(jobs).hasSize(IMAGES).allSatisfy(job -> {
            assertThat(job.required("state").asString()).isEqualTo("SUCCEEDED");
            assertThat(job.required("source").asString()).isEqualTo("webhook:registry");
            assertThat(job.required("attempts").asInt()).isEqualTo(1);
        });
        runEach(registry, expected);
    }

    /** Images of two layers, the first of which all have. */
    private void push(String registry) throws IOException, InterruptedException {
        Files.write(directory.resolve("base.tar"), SmallImage.base("pushed"));
        String script = """
                set -eu
                podman import -q -c 'CMD ["/bin/busybox","cat","/name"]' '%1$s/base.tar' base > /dev/null
                for number in $(seq 0 %2$d); do
                  container=$(podman create base)
                  echo "image $number" > '%1$s/name'
                  podman cp '%1$s/name' "$container:/name"
                  podman commit -q "$container" '%3$s/team/image'$number:1 > /dev/null
                  podman rm "$container" > /dev/null
                  podman push -q '%3$s/team/image'$number:1
                done
                """.formatted(directory, IMAGES - 1, registry);
        machine.in(SUITE, "pusher", "sh", "-c", script);
    }

    private void runEach(String registry, Set<String> references) throws IOException, InterruptedException {
        Files.writeString(
                directory.resolve("shown/registries.conf"),
                "[[registry]]\nlocation = \"%s\"\ninsecure = true\n".formatted(registry));
        machine.configure("generator.url = \"unix:%s\"".formatted(directory.resolve("generator/generator.sock")));
        machine.startNode();
        machine.engineWithHook("hooked");
        Files.writeString(
                directory.resolve("hooked/registries.conf"),
                Files.readString(directory.resolve("hooked/registries.conf"))
                        + "\n[[registry]]\nlocation = \"%s\"\ninsecure = true\n".formatted(registry));
        Path accessLog = Path.of(registryDirectory(), "access.log");
        int before = Files.readAllLines(accessLog).size();
        for (String reference : references) {
            String number = reference.replaceAll(".*/image(\\d+):1", "$1");
            assertThat(machine.in(SUITE, "hooked", "podman", "run", "--rm", "--net=host", reference))
                    .endsWith("image " + number);
        }
        List<String> layers = new ArrayList<>();
        for (String line : Files.readAllLines(accessLog)
                .subList(before, Files.readAllLines(accessLog).size())) {
            if (line.contains("GET /v2/team/") && line.contains("/blobs/") && !isConfig(line)) {
                layers.add(line);
            }
        }
        assertThat(layers).as("layers that were downloaded").isEmpty();
        assertThat(generator.get("/v1/nodes").required("items")).hasSize(1);
    }

    /** A config is a blob, too; layers of these images are larger. */
    private boolean isConfig(String line) throws IOException {
        String digest = line.replaceAll(".*/blobs/sha256:([0-9a-f]{64}).*", "$1");
        Path blob = Path.of(
                registryDirectory(), "data/docker/registry/v2/blobs/sha256", digest.substring(0, 2), digest, "data");
        return Files.readString(blob, StandardCharsets.ISO_8859_1).startsWith("{");
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }
}
