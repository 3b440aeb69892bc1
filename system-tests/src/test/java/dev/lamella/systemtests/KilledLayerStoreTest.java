package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.SeededRandom;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of the node while its layer store is looked through and pulled from: nobody sees an error, and no use is lost or counted twice. */
@Tag("system")
class KilledLayerStoreTest extends WithMachine {

    private static final int KILLS = Integer.getInteger("lamella.kills", 100);
    private static final String SUITE = "bookworm";
    private static final int LIFE_MILLIS_MAX = 1_500;

    private final long seed = Long.getLong("lamella.fuzz.seed", System.nanoTime());
    private final SeededRandom random = new SeededRandom(seed);
    private final OciImage image = SmallImage.named("kept");
    private final String reference = registry.push("test/kept", "1", image);
    private final Path stop;
    private final List<Client> clients = new ArrayList<>();

    /** A script that goes on until it is told to stop, or something is not as it should be. */
    private record Client(Process process, Path output) {}

    KilledLayerStoreTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
        stop = directory.resolve("stop");
    }

    @AfterEach
    void stopClients() throws IOException {
        for (Client client : clients) {
            client.process.descendants().forEach(ProcessHandle::destroyForcibly);
            client.process.destroyForcibly();
        }
    }

    private Client start(String name, List<String> command) throws IOException {
        Path output = machine.directory().resolve(name + ".out");
        Process process = new ProcessBuilder(command)
                .directory(Shell.ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        var client = new Client(process, output);
        clients.add(client);
        return client;
    }

    /** Does a body again and again; the output is nothing but the number of times. */
    private String loop(String body) {
        return "set -e; rounds=0; while [ ! -e %s ]; do %s; rounds=$((rounds + 1)); done; echo $rounds"
                .formatted(stop, body);
    }

    private void requireWholeRounds(Client client, String when) throws Exception {
        assertThat(client.process.waitFor(120, TimeUnit.SECONDS)).as(when).isTrue();
        String said = Files.readString(client.output);
        assertThat(said).as(when).matches("[1-9][0-9]*\n");
        assertThat(client.process.exitValue()).as(when).isZero();
    }

    @Test
    void clientsNoticeNothing() throws Exception {
        machine.configureLayerStore(ImageTour.ENGINE, "pulling");
        machine.engineWithLayerStore(ImageTour.ENGINE, true);
        machine.engineWithLayerStore("pulling", true);
        machine.startNode();
        var tour = new ImageTour(machine, SUITE, reference, "kept");
        tour.pullAndRun();

        Path layers = machine.layerStore();
        String encoded = Base64.getEncoder().encodeToString(reference.getBytes(StandardCharsets.UTF_8));
        Path layer =
                layers.resolve(encoded).resolve(image.blobDigests().getFirst().toString());
        Path expected = Files.write(machine.directory().resolve("info"), Files.readAllBytes(layer.resolve("info")));
        Client finder = start("find", List.of("sh", "-c", loop("find %s -ls > /dev/null".formatted(layers))));
        Client reader = start(
                "read",
                List.of(
                        "sh",
                        "-c",
                        loop(
                                "cmp %1$s %2$s/info; readlink %2$s/diff > /dev/null; [ -e %2$s/blob ]; [ ! -e %3$s/sha256:%4$s ]; cat %2$s/diff/etc/base > /dev/null"
                                        .formatted(expected, layer, layers, "0".repeat(64)))));
        String pullAndRemove = "podman pull -q %1$s > /dev/null; podman rmi %1$s > /dev/null".formatted(reference);
        Client puller = start("pull", machine.inSuite(SUITE, "pulling", "sh", "-c", loop(pullAndRemove)));
        for (int kill = 0; kill < KILLS; kill++) {
            Thread.sleep(random.nextInt(LIFE_MILLIS_MAX));
            machine.killNode();
            machine.startUnreadyNode(Map.of());
        }
        machine.killNode();
        machine.startNode();
        Files.createFile(stop);
        String when = "seed " + seed + "\n" + machine.nodeLog();
        for (Client client : List.of(finder, reader, puller)) {
            requireWholeRounds(client, when);
        }
        tour.requireUses(1, 1);
        assertThat(LayerRequests.of(registry.accesses(), image))
                .as("layers fetched")
                .hasSize(2);
        tour.removeAndReset();
    }
}
