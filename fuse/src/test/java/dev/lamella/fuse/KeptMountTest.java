package dev.lamella.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.linux.MountPoint;
import dev.lamella.linux.Mounts;
import dev.lamella.testkit.SeededRandom;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers of a kept mount die, leave and end, as processes of their own. */
@Tag("system")
@Timeout(120)
class KeptMountTest {

    private static final int KILLS = 100;
    private static final long ANSWER_MILLIS = 5;
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    private Path target;
    private Path state;
    private Path file;

    @BeforeEach
    void prepare() throws IOException {
        target = Files.createDirectory(directory.resolve("a target"));
        state = directory.resolve("kept");
        file = target.resolve(TreeFileSystem.directory(2)).resolve(TreeFileSystem.file(3));
    }

    private KeptMount.Settings settings(Duration patience) {
        return KeptServer.settings(target, state, patience);
    }

    private KeptServer start(Duration patience) throws IOException {
        return KeptServer.start(settings(patience), 0);
    }

    private void assertServed() {
        assertThat(file).hasBinaryContent(TreeFileSystem.content(2, 3));
        assertThat(mounts()).hasSize(1);
    }

    private List<MountPoint> mounts() {
        try {
            return MountPoint.list().stream()
                    .filter(mount -> mount.target().equals(target.toString()))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void eventually(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private void eventuallyKeepers(int count) throws Exception {
        eventually(count + " keepers", () -> KeptServer.keepers(state).size() == count);
    }

    private ProcessHandle keeper() throws IOException {
        List<ProcessHandle> keepers = KeptServer.keepers(state);
        assertThat(keepers).hasSize(1);
        return keepers.getFirst();
    }

    private CompletableFuture<Long> sizeOfAFile() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return Files.size(file);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        try {
            eventuallyKeepers(0);
            assertThat(mounts()).isEmpty();
            assertThat(target).isEmptyDirectory();
        } finally {
            KeptServer.keepers(state).forEach(ProcessHandle::destroyForcibly);
            for (MountPoint _ : mounts()) {
                Mounts.detach(target);
            }
        }
    }

    @Test
    void clientsSeeNothingOfAHundredDeaths() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new SeededRandom(seed);
        long begun = System.nanoTime();
        KeptServer current = KeptServer.start(settings(LONG), ANSWER_MILLIS);
        assertThat(current.awaitServing()).isFalse();
        long startMillis = (System.nanoTime() - begun) / 1_000_000;
        int served = 1;
        var clients = new KeptClients(target, seed);
        try (clients) {
            for (int kill = 0; kill < KILLS; kill++) {
                // Begun before the other dies, so that some wait for that and others do not come so far.
                KeptServer next = KeptServer.start(settings(LONG), ANSWER_MILLIS);
                Thread.sleep(random.nextLong(startMillis + 1));
                current.kill();
                current = next;
                if (kill % 5 == 4) {
                    assertThat(current.awaitServing()).isTrue();
                    served++;
                }
            }
            List<Long> before = clients.counts();
            eventually("all clients go on", () -> {
                List<Long> now = clients.counts();
                return now.stream().allMatch(count -> count > before.get(now.indexOf(count)));
            });
        }
        System.out.printf("at least %d of %d servers served: %s uses%n", served, KILLS + 1, clients.counts());
        assertThat(clients.faults()).isEmpty();
        assertServed();
        eventuallyKeepers(1);
        current.close();
        assertThat(state).doesNotExist();
    }

    @Test
    void withoutASuccessorTheDirectoryBelowAppears() throws Exception {
        KeptServer server = start(SHORT);
        assertThat(server.awaitServing()).isFalse();
        assertServed();
        server.killAndWait();
        CompletableFuture<Long> client = sizeOfAFile();
        eventually("unmounted", () -> mounts().isEmpty());
        assertThat(client).failsWithin(Duration.ofSeconds(10));
        Files.delete(Files.createFile(target.resolve("usable")));
        eventuallyKeepers(0);

        try (KeptServer next = start(SHORT)) {
            assertThat(next.awaitServing()).isFalse();
            assertServed();
        }
    }

    @Test
    void aServerWithoutItsKeeperGoesOnAndWhatIsDeadIsTakenAway() throws Exception {
        KeptServer server = start(LONG);
        server.awaitServing();
        keeper().destroyForcibly();
        eventuallyKeepers(0);
        assertServed();
        server.killAndWait();
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> Files.size(file))
                .withMessageContaining("not connected");

        try (KeptServer next = start(LONG)) {
            assertThat(next.awaitServing()).isFalse();
            assertServed();
        }
    }

    @Test
    void leavesForAnUpgradeWithOpenFiles() throws Exception {
        KeptServer server = start(LONG);
        server.awaitServing();
        assertServed(); // Which lets the kernel know that closing need not be told: starting a process closes.
        Path direct = target.resolve(TreeFileSystem.directory(0)).resolve(TreeFileSystem.file(2));
        try (var open = new RandomAccessFile(direct.toFile(), "r")) {
            assertThat(open.read()).isEqualTo(TreeFileSystem.content(0, 2)[0] & 0xff);
            server.leave();
            CompletableFuture<Long> client = sizeOfAFile();
            Thread.sleep(100);
            assertThat(client).isNotDone();
            try (KeptServer next = start(LONG)) {
                assertThat(next.awaitServing()).isTrue();
                assertThat(client.get(20, TimeUnit.SECONDS)).isEqualTo(20_000);
                assertThat(open.read()).isEqualTo(TreeFileSystem.content(0, 2)[1] & 0xff);
                assertServed();
                eventuallyKeepers(1);
            }
        }
        assertThat(state).doesNotExist();
    }

    @Test
    void aServerWhoseKeeperWasKilledLeavesTheMountToAnother() throws Exception {
        KeptServer server = start(LONG);
        server.awaitServing();
        keeper().destroyForcibly();
        eventuallyKeepers(0);
        server.leave();
        try (KeptServer next = start(LONG)) {
            assertThat(next.awaitServing()).isTrue();
            assertServed();
        }
    }

    @Test
    void ofTwoAtOnceOneServesAndTheOtherIsToldSo() throws Exception {
        Duration patience = Duration.ofSeconds(10);
        KeptServer server = start(patience);
        server.awaitServing();
        server.kill();
        KeptServer one = start(patience);
        KeptServer other = start(patience);
        List<String> lines = List.of(one.nextLine(), other.nextLine());
        assertThat(lines).anyMatch(line -> line.equals("serving, taken over: true"));
        assertThat(lines).anyMatch(line -> line.contains("being served by another process"));
        assertServed();
        eventuallyKeepers(1);
        one.close();
        other.close();
    }

    @Test
    void aDamagedStateFileIsTreatedAsNone() throws Exception {
        KeptServer server = start(LONG);
        server.awaitServing();
        server.killAndWait();
        Files.writeString(state, "damaged");
        try (KeptServer next = start(LONG)) {
            assertThat(next.awaitServing()).isFalse();
            assertServed();
            eventuallyKeepers(1); // The old one finds that another is named.
        }
    }

    @Test
    void anUnrelatedProcessWithTheKeepersNumberIsNotHarmed() throws Exception {
        KeptServer server = start(LONG);
        server.awaitServing();
        long pid = keeper().pid();
        keeper().destroyForcibly();
        server.killAndWait();
        Process unrelated = new ProcessBuilder("sleep", "100").start();
        try {
            String text = Files.readString(state);
            Files.writeString(state, text.replace("keeper " + pid + " ", "keeper " + unrelated.pid() + " "));
            assertThat(Files.readString(state)).isNotEqualTo(text);
            try (KeptServer next = start(LONG)) {
                assertThat(next.awaitServing()).isFalse();
                assertServed();
            }
            assertThat(unrelated.isAlive()).isTrue();
        } finally {
            unrelated.destroyForcibly().waitFor();
        }
    }

    @Test
    void aMountThatSomebodyElseServesIsLeftAlone() throws Exception {
        try (Session _ = Session.mount(target, KeptServer.MOUNT, new TreeFileSystem(0), SessionOptions.DEFAULT)) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> KeptMount.serve(settings(LONG), new TreeFileSystem(0)))
                    .withMessageContaining("is being served")
                    .withMessageContaining("umount -l");
            assertServed();
        }
        assertThat(state).doesNotExist();
    }

    @Test
    void leavesNoThreadsOrDescriptorsBehind() throws Exception {
        KeptMount.serve(settings(LONG), new TreeFileSystem(0)).close();
        ProcessState before = ProcessState.now();
        for (int round = 0; round < 5; round++) {
            KeptMount first = KeptMount.serve(settings(LONG), new TreeFileSystem(0));
            assertThat(first.isTakenOver()).isFalse();
            if (round == 0) {
                assertThatExceptionOfType(IOException.class)
                        .isThrownBy(() -> KeptMount.serve(settings(SHORT), new TreeFileSystem(0)))
                        .withMessageContaining("being served by another");
            }
            first.leave();
            try (KeptMount second = KeptMount.serve(settings(LONG), new TreeFileSystem(0))) {
                assertThat(second.isTakenOver()).isTrue();
                assertServed();
                assertThat(second.session().agreement())
                        .isEqualTo(first.session().agreement());
            }
        }
        assertThat(ProcessState.now()).isEqualTo(before);
        assertThat(state).doesNotExist();
    }
}
