package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes and threads that show and hide the same images at once, while another restores. */
@Tag("system")
@Timeout(300)
class ConcurrentNodeTest {

    private static final int PROCESSES = 2;
    private static final int THREADS = 2;
    private static final int ROUNDS = 25;

    private final Path directory;
    private final TestNode node;

    ConcurrentNodeTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        node = new TestNode(directory);
        node.publish("one:1", TestNode.layer("base"), TestNode.layer("one"));
        node.publish("two:1", TestNode.layer("base"), TestNode.layer("two"), TestNode.layer("one"));
        node.publish("three:1", TestNode.layer("three"));
    }

    @AfterEach
    void unmount() throws IOException {
        node.close();
    }

    private Path errors(int process) {
        return directory.resolve("errors" + process);
    }

    @Test
    void allSucceedAndLeaveAConsistentState() throws Exception {
        long seed = Long.getLong("lamella.fuzz.seed", System.nanoTime());
        var processes = new ArrayList<Process>();
        try (var executor = Executors.newCachedThreadPool()) {
            for (int i = 0; i < PROCESSES; i++) {
                String own = Long.toString(seed + i);
                processes.add(NodeProcess.start(directory, errors(i), "both", own, Integer.toString(ROUNDS)));
            }
            var threads = new ArrayList<Future<Void>>();
            for (int i = 0; i < THREADS; i++) {
                long own = seed + PROCESSES + i;
                threads.add(executor.submit((Callable<Void>) () -> {
                    NodeProcess.showAndHide(node.store(), node.service(), own, ROUNDS);
                    return null;
                }));
            }
            NodeService watcher = node.service();
            while (processes.stream().anyMatch(Process::isAlive)) {
                watcher.shownLayers(); // throws if a layer is listed without its parents
                watcher.shownImages();
                assertThat(watcher.restore().failures()).isEmpty();
            }
            for (Future<Void> thread : threads) {
                thread.get();
            }
            for (int i = 0; i < PROCESSES; i++) {
                String said = new String(processes.get(i).getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        + Files.readString(errors(i));
                assertThat(processes.get(i).waitFor())
                        .as("seed %d: %s", seed, said)
                        .isZero();
            }
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
        node.requireMounted();
        node.requireNothingLeftOver();
        for (String name : List.of("one:1", "two:1", "three:1")) {
            node.service().hide(name, false);
        }
        assertThat(node.mounted()).isEmpty();
        node.requireNothingLeftOver();
    }
}
