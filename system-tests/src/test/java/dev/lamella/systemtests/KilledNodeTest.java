package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.SeededRandom;
import dev.lamella.testkit.TarBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of the node while containers read and pulls run: nobody notices, and the next node serves everything again. */
@Tag("system")
class KilledNodeTest extends WithMachine {

    private static final String SUITE = "trixie";
    private static final int KILLS = Integer.getInteger("lamella.kills", 50);
    private static final String GROUP = "/lamella-killed-node";
    private static final int CONTAINERS = 10;
    private static final int PULLS = 5;
    private static final int FILES = 4;
    private static final int SERVED_AT_THE_END = 20;

    private final long seed = Long.getLong("lamella.fuzz.seed", System.nanoTime());
    private final SeededRandom random = new SeededRandom(seed);
    private final Path rounds;
    private final byte[] base = SmallImage.base("killed");
    private final byte[] baseBlob = OciImages.compress(base, OciImages.Compression.GZIP);

    KilledNodeTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
        rounds = Files.createDirectory(directory.resolve("rounds"));
        machine.engineWithHook("hooked");
    }

    @AfterEach
    void endContainers() throws Exception {
        machine.in(SUITE, "hooked", "podman", "rm", "-fa", "-t", "0");
        removeGroup();
    }

    /** Engines clean up behind containers a little later. */
    private static void removeGroup() throws Exception {
        String remove = """
                for try in $(seq 50); do
                  find /sys/fs/cgroup/*%1$s /sys/fs/cgroup%1$s -depth -type d -exec rmdir {} + 2> /dev/null
                  [ -n "$(ls -d /sys/fs/cgroup/*%1$s /sys/fs/cgroup%1$s 2> /dev/null)" ] || exit 0
                  sleep 0.2
                done
                exit 1
                """.formatted(GROUP);
        Shell.out(Map.of(), List.of("sh", "-c", remove));
    }

    @Test
    void containersReadOnAndPullsGoOn() throws Exception {
        Process node = machine.startNode();
        String read = registry.push("test/read", "1", readImage());
        List<ProcessHandle> containers = startContainers(read);
        var pulled = new ArrayList<String>();
        List<String> first = pushImages(KILLS);
        long start = System.nanoTime();
        pullAtOnce(first);
        int wholeMillis = (int) Duration.ofNanos(System.nanoTime() - start).toMillis();
        for (int kill = 0; kill < KILLS; kill++) {
            String when = "kill %d, seed %d".formatted(kill, seed);
            List<String> references = pushImages(kill);
            pulled.addAll(references);
            forgetWhatWasRead();
            try (var threads = Executors.newSingleThreadExecutor()) {
                Future<String> pulls = threads.submit(() -> pullAtOnce(references));
                Thread.sleep(random.nextInt(wholeMillis));
                node.destroyForcibly().waitFor();
                // Fails if any of the pulls does.
                pulls.get();
            }
            node = machine.startNode();
            requireServed(references.get(random.nextInt(PULLS)), when);
            assertThat(containers).as(when).allMatch(ProcessHandle::isAlive);
        }
        requireProgress();
        for (int i = 0; i < SERVED_AT_THE_END; i++) {
            requireServed(pulled.get(random.nextInt(pulled.size())), "at the end, seed " + seed);
        }
        assertThat(machine.nodeLog()).doesNotContain("not mounted");
        for (String reference : List.of(read, pulled.getFirst(), pulled.getLast())) {
            assertThat(machine.in(
                            SUITE,
                            "hooked",
                            "podman",
                            "run",
                            "--rm",
                            "--pull=never",
                            reference,
                            "busybox",
                            "cat",
                            "/etc/name"))
                    .isEqualTo(reference.substring(reference.indexOf("test/"), reference.lastIndexOf(':')));
        }
        // A publication cleans up behind those that were killed.
        machine.lamella("publish", pushImages(KILLS + 1).getFirst());
        assertThat(machine.lamella("verify", "--all")).startsWith("sound: ");
        assertThat(new PublishedStore(machine.directory()).drafts()).isEmpty();
    }

    private OciImage readImage() {
        var data = new TarBytes().directory("data/").directory("etc/").file("etc/name", "test/read");
        var sums = new StringBuilder();
        for (int file = 0; file < FILES; file++) {
            byte[] content = random.bytes(500_000);
            data.file("data/" + file, content);
            sums.append("%s  /data/%d%n".formatted(Digest.sha256Of(content).hex(), file));
        }
        return new OciImages()
                .blob(baseBlob, Digest.sha256Of(base))
                .layer(data.file("data/sums", sums.toString()).end())
                .build();
    }

    /** Images with one layer that all have, and one of their own. */
    private List<String> pushImages(int kill) {
        var references = new ArrayList<String>();
        for (int pull = 0; pull < PULLS; pull++) {
            String name = "test/pulled-%d-%d".formatted(kill, pull);
            byte[] own = new TarBytes()
                    .directory("etc/")
                    .file("etc/name", name)
                    .file("content", random.bytes(100_000))
                    .end();
            references.add(registry.push(
                    name,
                    "1",
                    new OciImages()
                            .blob(baseBlob, Digest.sha256Of(base))
                            .layer(own)
                            .build()));
        }
        return references;
    }

    /** Starts containers that read and compare until something is wrong, and count; returns their processes. */
    private List<ProcessHandle> startContainers(String reference) throws Exception {
        String read = """
                n=0
                while busybox sha256sum -c -s /data/sums; do n=$((n + 1)); echo $n > /rounds/$0; done
                exit 1
                """;
        // As fast as they can, but the pulls and the node come first: in a group of their own that weighs little.
        String start = """
                for i in $(seq %1$d); do
                  podman run -d --name reader$i --cgroup-parent=%2$s -v %3$s:/rounds %4$s sh -c "$1" reader$i > /dev/null || exit 1
                done
                for weight in /sys/fs/cgroup/cpu%2$s/cpu.shares /sys/fs/cgroup%2$s/cpu.weight; do
                  [ ! -e $weight ] || echo 20 > $weight
                done
                podman inspect --format '{{.State.Pid}}' $(podman ps -q)
                """.formatted(CONTAINERS, GROUP, rounds, reference);
        List<ProcessHandle> containers = machine.in(SUITE, "hooked", "sh", "-c", start, "start", read)
                .lines()
                .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
                .toList();
        assertThat(containers).hasSize(CONTAINERS);
        return containers;
    }

    private String pullAtOnce(List<String> references) throws Exception {
        String script = """
                for reference in "$@"; do podman pull -q "$reference" & pids="${pids:-} $!"; done
                for pid in $pids; do wait $pid || exit 1; done
                """;
        var command = new ArrayList<>(List.of("sh", "-c", script, "pull"));
        command.addAll(references);
        return machine.in(SUITE, "hooked", command.toArray(String[]::new));
    }

    /** Has the files read from the store again and not from memory: else nothing could be missed in containers. */
    private void forgetWhatWasRead() throws IOException, InterruptedException {
        String script =
                "for f in %s/images/overlay/*/diff/data/* %1$s/store/*/*/data.tar; do [ ! -e \"$f\" ] || dd if=\"$f\" iflag=nocache count=0 status=none; done"
                        .formatted(machine.directory());
        Shell.out(Map.of(), List.of("sh", "-c", script));
    }

    /** Asks the node as the hook does. */
    private void requireServed(String reference, String when) throws IOException, InterruptedException {
        assertThat(machine.askAsHook(reference)).as(when).containsAnyOf("hit", "shown", "published");
    }

    /** Waits until every container has read everything once more. */
    private void requireProgress() throws Exception {
        Map<String, Long> before = rounds();
        assertThat(before).hasSize(CONTAINERS);
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!rounds().entrySet().stream().allMatch(now -> now.getValue() > before.get(now.getKey()))) {
            assertThat(System.nanoTime()).as("rounds: %s", before).isLessThan(deadline);
            Thread.sleep(100);
        }
    }

    private Map<String, Long> rounds() throws IOException {
        var counts = new TreeMap<String, Long>();
        try (Stream<Path> files = Files.list(rounds)) {
            for (Path file : files.toList()) {
                String text = Files.readString(file).strip();
                // Empty for the moment in which it is written.
                counts.put(file.getFileName().toString(), text.isEmpty() ? 0 : Long.parseLong(text));
            }
        }
        return counts;
    }
}
