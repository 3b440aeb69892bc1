package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.StoreConfig;
import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.PostgresCluster;
import dev.lamella.testkit.SeededRandom;
import dev.lamella.testkit.TarBytes;
import dev.lamella.volume.TrustedKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * {@code kill -9} of generators, of their database and of the registry at random moments, while images that share layers are published: in the end all
 * are there, each layer once.
 */
@Tag("system")
@Timeout(900)
class KilledGeneratorsTest {

    private static final int IMAGES = Integer.getInteger("lamella.images", 200);
    private static final int KILLS = Integer.getInteger("lamella.kills", 12);

    /** Layers that ten images each have. */
    private static final int SHARED = 20;

    private static final int LAYER_BYTES = 300_000;
    private static final int LAYERS_PER_IMAGE = 3;

    @TempDir
    private Path directory;

    private final List<Generator> generators = new ArrayList<>();
    private final Set<Digest> layers = new HashSet<>();
    private String registry = "";

    @BeforeEach
    void fillRegistry() throws Exception {
        registry = startRegistry("");
        byte[] base = layer("base");
        try (var upload = new RegistryUpload(registry)) {
            for (int number = 0; number < IMAGES; number++) {
                OciImage image = new OciImages()
                        .layer(base)
                        .layer(layer("shared" + number % SHARED))
                        .layer(layer("own" + number))
                        .build();
                layers.addAll(image.diffIds());
                upload.push("team/image" + number, "1", image);
            }
        }
    }

    private byte[] layer(String name) {
        byte[] content = new SeededRandom(name.hashCode()).bytes(LAYER_BYTES);
        return new TarBytes().directory("d/").file("d/" + name, content).end();
    }

    private String startRegistry(String port) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("testbed/registry", path("registry"), "start"));
        if (!port.isEmpty()) {
            command.add(port);
        }
        return Shell.out(Map.of(), command);
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    @AfterEach
    void end() throws IOException, InterruptedException {
        for (Generator generator : generators) {
            generator.close();
        }
        Shell.run(Map.of(), List.of("testbed/registry", path("registry"), "stop"));
    }

    private void generator(String name, String lines) throws IOException, InterruptedException {
        var generator = new Generator(directory.resolve(name), directory, "generator.attempts = 50\n" + lines);
        generator.listenTo(registry);
        generators.add(generator);
        generator.start();
    }

    @Test
    void threeGeneratorsOfOnePostgresql() {
        Fuzz.once(random -> {
            try (PostgresCluster cluster = PostgresCluster.start()) {
                String database = """
                        generator.database = "%s"
                        generator.database-user = "postgres"
                        """.formatted(cluster.newDatabase());
                for (String name : List.of("one", "two", "three")) {
                    generator(name, database);
                }
                killWhileTheyPublish(random, () -> {
                    cluster.kill();
                    Thread.sleep(random.nextInt(2_000));
                    cluster.up();
                });
            }
        });
    }

    @Test
    void oneGeneratorWithItsOwnDatabase() {
        Fuzz.once(random -> {
            generator("alone", "");
            killWhileTheyPublish(random, () -> killGenerator(random));
        });
    }

    /** Something that is killed, and starts again. */
    @FunctionalInterface
    private interface Kill {
        void run() throws Exception;
    }

    /** Kills at random moments generators, half of the time, the registry, and something else. */
    private void killWhileTheyPublish(SeededRandom random, Kill other) throws Exception {
        submit();
        for (int kill = 0; kill < KILLS; kill++) {
            Thread.sleep(random.nextInt(3_000));
            switch (random.nextInt(4)) {
                case 0 -> other.run();
                case 1 -> killRegistry(random);
                default -> killGenerator(random);
            }
        }
        requireAllPublished();
    }

    private void submit() throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("submit"));
        for (int number = 0; number < IMAGES; number++) {
            command.add("%s/team/image%d:1".formatted(registry, number));
        }
        generators.getFirst().lamella(command.toArray(String[]::new));
    }

    private void killGenerator(SeededRandom random) throws IOException, InterruptedException {
        Generator victim = generators.get(random.nextInt(generators.size()));
        victim.kill();
        Thread.sleep(random.nextInt(1_000));
        victim.start();
    }

    private void killRegistry(SeededRandom random) throws IOException, InterruptedException {
        long pid = Long.parseLong(
                Files.readString(directory.resolve("registry/pid")).strip());
        Shell.signal(pid, "KILL");
        Thread.sleep(random.nextInt(1_000));
        assertThat(startRegistry(registry.substring(registry.indexOf(':') + 1))).isEqualTo(registry);
    }

    private void requireAllPublished() throws Exception {
        Map<String, Integer> states = states();
        for (int tries = 0; !states.equals(Map.of("SUCCEEDED", IMAGES)) && tries < 240; tries++) {
            Thread.sleep(1_000);
            states = states();
        }
        assertThat(states).isEqualTo(Map.of("SUCCEEDED", IMAGES));
        DirectoryStore store = DirectoryStore.open(
                directory.resolve("store"),
                StoreConfig.reader(TrustedKeys.load(List.of(directory.resolve("keys/signing.pem.pub")))));
        assertThat(store.volumes()).containsExactlyInAnyOrderElementsOf(layers);
        assertThat(store.images().stream().map(ImageRecord::manifestDigest).distinct())
                .hasSize(IMAGES);
        for (int number = 0; number < IMAGES; number++) {
            assertThat(store.image("%s/team/image%d:1".formatted(registry, number)))
                    .isPresent();
        }
        requireNoMoreWorkThanReported();
    }

    private Map<String, Integer> states() throws IOException, InterruptedException {
        var states = new TreeMap<String, Integer>();
        for (JsonNode job : jobs()) {
            states.merge(job.required("state").asString(), 1, Integer::sum);
        }
        return states;
    }

    private JsonNode jobs() throws IOException, InterruptedException {
        return generators.getFirst().get("/v1/jobs?limit=1000").required("items");
    }

    /** A layer is downloaded once, but for those that an attempt was at which did not end well; such attempts are counted. */
    private void requireNoMoreWorkThanReported() throws IOException, InterruptedException {
        int again = 0;
        for (JsonNode job : jobs()) {
            again += job.required("attempts").asInt() - 1;
        }
        var configs = new HashSet<String>();
        long downloads = 0;
        for (String line : Files.readAllLines(directory.resolve("registry/access.log"))) {
            boolean blob = line.contains("\"GET /v2/team/") && line.contains("/blobs/sha256:");
            if (blob && !isSmall(line, configs)) {
                downloads++;
            }
        }
        assertThat(downloads)
                .as("downloads of %d layers, with %d attempts more than jobs", layers.size(), again)
                .isBetween((long) layers.size(), layers.size() + (long) again * LAYERS_PER_IMAGE);
        System.err.printf(
                "%d images, %d layers, %d kills: %d attempts more than jobs, %d downloads of layers%n",
                IMAGES, layers.size(), KILLS, again, downloads);
    }

    /** Configs are blobs, too, and much smaller than layers. */
    private boolean isSmall(String line, Set<String> known) throws IOException {
        String hex = line.replaceAll(".*/blobs/sha256:([0-9a-f]{64}).*", "$1");
        Path blob = directory.resolve(
                "registry/data/docker/registry/v2/blobs/sha256/%s/%s/data".formatted(hex.substring(0, 2), hex));
        return known.contains(hex) || (Files.size(blob) < LAYER_BYTES / 2 && known.add(hex));
    }
}
