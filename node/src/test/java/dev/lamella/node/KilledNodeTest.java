package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.store.ImageRecord;
import dev.lamella.testkit.SeededRandom;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of show and hide at random moments: what is listed is whole and mounted at any time, and the next
 * call, whichever it is, takes away what was left over.
 */
@Tag("system")
@Timeout(900)
class KilledNodeTest {

    private static final int KILLS = Integer.getInteger("lamella.kills", 30);

    /** So many processes are started before they are needed: starting one takes longer than what it is to do. */
    private static final int AHEAD = 2;

    private final Path directory;
    private final TestNode node;
    private final ImageRecord kept;
    private final ImageRecord victim;
    private final long seed = Long.getLong("lamella.fuzz.seed", System.nanoTime());
    private final SeededRandom random = new SeededRandom(seed);

    KilledNodeTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        node = new TestNode(directory);
        kept = node.publish("kept:1", TestNode.layer("base"), TestNode.layer("kept"));
        victim = node.publish("victim:1", TestNode.layer("base"), TestNode.layer("second"), TestNode.layer("third"));
    }

    @AfterEach
    void unmount() throws IOException {
        node.close();
    }

    @Test
    void showKilledAtAnyMoment() throws Exception {
        killAtRandomMoments("show");
    }

    @Test
    void hideKilledAtAnyMoment() throws Exception {
        killAtRandomMoments("hide");
    }

    private void killAtRandomMoments(String call) throws Exception {
        prepare(call);
        long wholeNanos = timeOne(call);
        int inTheMiddle = 0;
        var started = new ArrayDeque<Process>();
        try {
            for (int ahead = 0; ahead < AHEAD; ahead++) {
                started.add(start(call));
            }
            for (int kill = 0; kill < KILLS; kill++) {
                started.add(start(call));
                prepare(call);
                inTheMiddle += killOne(started.remove(), wholeNanos) ? 1 : 0;
                recover();
            }
        } catch (AssertionError | IOException e) {
            throw new AssertionError("failed with -Dlamella.fuzz.seed=%d: %s".formatted(seed, e), e);
        } finally {
            for (Process process : started) {
                process.destroyForcibly().waitFor();
            }
        }
        assertThat(inTheMiddle).as("kills in the middle, of %d", KILLS).isGreaterThan(KILLS / 4);
    }

    /** Brings the node to where the call has something to do. */
    private void prepare(String call) throws IOException {
        node.service().show(kept, List.of("kept:1"));
        if (call.equals("hide")) {
            node.service().show(victim, List.of("victim:1"));
        } else {
            node.service().hide("victim:1", false);
        }
    }

    private Process start(String call) throws IOException {
        return NodeProcess.start(directory, errors(), call, "victim:1");
    }

    private Path errors() {
        return directory.resolve("errors");
    }

    private void requireLine(BufferedReader output, String line) throws IOException {
        String actual = output.readLine();
        assertThat(actual).as("said after: %s", Files.readString(errors())).isEqualTo(line);
    }

    private long timeOne(String call) throws Exception {
        Process process = start(call);
        BufferedReader output = process.inputReader();
        requireLine(output, NodeProcess.READY);
        long start = System.nanoTime();
        process.outputWriter().append('\n').flush();
        requireLine(output, NodeProcess.DONE);
        long nanos = System.nanoTime() - start;
        assertThat(process.waitFor()).isZero();
        return nanos;
    }

    /** Returns whether the process had begun and had not ended. */
    private boolean killOne(Process process, long wholeNanos) throws Exception {
        BufferedReader output = process.inputReader();
        requireLine(output, NodeProcess.READY);
        String before = state();
        process.outputWriter().append('\n').flush();
        LockSupport.parkNanos(random.nextLong(wholeNanos * 5 / 4));
        process.toHandle().destroyForcibly(); // unlike the process itself it leaves the output to be read
        process.waitFor();
        node.requireMounted();
        return !NodeProcess.DONE.equals(output.readLine()) && !state().equals(before);
    }

    /** All files, what they are and how large, and what is mounted. */
    private String state() throws IOException {
        var state = new StringBuilder(node.mounted().toString());
        for (Path root : List.of(node.imageStore(), node.state())) {
            try (Stream<Path> paths = Files.walk(root)) {
                for (Path path : paths.sorted().toList()) {
                    state.append(path).append(Files.readAttributes(path, "unix:ino,size", LinkOption.NOFOLLOW_LINKS));
                }
            }
        }
        return state.toString();
    }

    private void recover() throws IOException {
        switch (random.nextInt(4)) {
            case 0 -> node.service().restore();
            case 1 -> node.service().show(kept, List.of("kept:1"));
            case 2 -> node.service().show(victim, List.of("victim:1"));
            default -> node.service().hide("victim:1", false);
        }
        node.requireMounted();
        node.requireNothingLeftOver();
    }
}
