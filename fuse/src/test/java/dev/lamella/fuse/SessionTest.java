package dev.lamella.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.linux.MountPoint;
import dev.lamella.linux.Mounts;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions with the real kernel. */
@Tag("system")
@Timeout(120)
class SessionTest {

    private static final MountOptions MOUNT = MountOptions.of("lamella-test");
    private static final int CLIENTS = 64;

    @TempDir
    Path target;

    private Session mount(FileSystem fileSystem) throws IOException {
        return Session.mount(target, MOUNT, fileSystem, SessionOptions.DEFAULT);
    }

    @Test
    void showsWhatTheFileSystemSays() throws IOException {
        try (Session session = mount(new HelloFileSystem())) {
            assertThat(target.resolve("hello")).hasContent("hello\n");
            assertThat(target.toFile().list()).containsExactly("hello");
            assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.size(target.resolve("none")));
            assertThat(session.agreement().minor()).isGreaterThanOrEqualTo(Agreement.MINOR_MIN);
            assertThat(session.agreement().features()).contains(Feature.INIT_EXT, Feature.DO_READDIRPLUS);
            assertThat(MountPoint.list())
                    .anyMatch(mount -> mount.target().equals(target.toString())
                            && mount.type().equals("fuse")
                            && mount.source().equals("lamella-test"));
        }
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void agreesOnIdmappedMounts() throws IOException {
        SessionOptions options = SessionOptions.DEFAULT.with(Feature.ALLOW_IDMAP);
        try (Session session = Session.mount(target, MOUNT, new HelloFileSystem(), options)) {
            assertThat(session.agreement().has(Feature.ALLOW_IDMAP)).isTrue();
            assertThat(target.resolve("hello")).hasContent("hello\n");
        }
    }

    @Test
    void aHandlerThatFailsIsAnErrorToWhoAsked() throws IOException {
        var fileSystem = new HelloFileSystem() {
            @Override
            public Entry lookup(EntryRequest.Lookup request) {
                throw new IllegalStateException("on purpose");
            }
        };
        try (Session _ = mount(fileSystem)) {
            assertThatExceptionOfType(FileSystemException.class)
                    .isThrownBy(() -> Files.size(target.resolve("a")))
                    .withMessageContaining("Input/output error");
        }
    }

    @Test
    void manyRequestsAreAtWorkAtATime() throws Exception {
        var together = new CountDownLatch(CLIENTS);
        var fileSystem = new HelloFileSystem() {
            @Override
            public Entry lookup(EntryRequest.Lookup request) throws FuseException, InterruptedException {
                together.countDown();
                together.await();
                return super.lookup(request);
            }
        };
        try (Session _ = mount(fileSystem);
                var clients = Executors.newFixedThreadPool(CLIENTS)) {
            var sizes = new ArrayList<Callable<Boolean>>();
            for (int i = 0; i < CLIENTS; i++) {
                Path name = target.resolve("name-" + i);
                sizes.add(() -> Files.exists(name));
            }
            for (Future<Boolean> exists : clients.invokeAll(sizes)) {
                assertThat(exists.get()).isFalse();
            }
        }
        assertThat(fileSystem.lookups).hasValue(CLIENTS);
    }

    @Test
    void moreRequestsThanAllowedWaitOrAreToldSo() throws Exception {
        var atWork = new AtomicInteger();
        var mostAtWork = new AtomicInteger();
        var fileSystem = new HelloFileSystem() {
            @Override
            public Entry lookup(EntryRequest.Lookup request) throws FuseException, InterruptedException {
                mostAtWork.accumulateAndGet(atWork.incrementAndGet(), Math::max);
                Thread.sleep(20);
                atWork.decrementAndGet();
                return super.lookup(request);
            }
        };
        SessionOptions options = SessionOptions.DEFAULT.withThreads(3, 4);
        try (Session _ = Session.mount(target, MOUNT, fileSystem, options);
                var clients = Executors.newFixedThreadPool(CLIENTS)) {
            var answers = new ArrayList<Callable<String>>();
            for (int i = 0; i < CLIENTS; i++) {
                Path name = target.resolve("name-" + i);
                answers.add(() -> {
                    try {
                        return "size " + Files.size(name);
                    } catch (NoSuchFileException _) {
                        return "none";
                    } catch (FileSystemException e) {
                        return String.valueOf(e.getReason());
                    }
                });
            }
            var seen = new ArrayList<String>();
            for (Future<String> answer : clients.invokeAll(answers)) {
                seen.add(answer.get());
            }
            assertThat(seen).contains("none").isSubsetOf("none", "Device or resource busy");
        }
        assertThat(mostAtWork.get()).isBetween(2, 4);
    }

    @Test
    void whoIsKilledInterruptsTheHandler() throws Exception {
        var entered = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        var fileSystem = new HelloFileSystem() {
            @Override
            public Entry lookup(EntryRequest.Lookup request) throws FuseException, InterruptedException {
                entered.countDown();
                try {
                    Thread.sleep(100_000);
                } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                }
                return super.lookup(request);
            }
        };
        try (Session _ = mount(fileSystem)) {
            Process client = new ProcessBuilder("stat", target.resolve("slow").toString())
                    .redirectErrorStream(true)
                    .start();
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            client.destroyForcibly();
            assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(client.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void theKernelHearsOfChanges() throws IOException {
        var fileSystem = new HelloFileSystem();
        try (Session session = mount(fileSystem)) {
            Path hello = target.resolve("hello");
            assertThat(hello).hasContent("hello\n");
            fileSystem.setText("HELLO\n");
            assertThat(hello).hasContent("hello\n"); // cached
            assertThat(session.notifier().invalidateNode(HelloFileSystem.HELLO_ID, 0, 0))
                    .isTrue();
            assertThat(hello).hasContent("HELLO\n");

            int before = fileSystem.lookups.get();
            assertThat(Files.exists(hello)).isTrue();
            assertThat(fileSystem.lookups).hasValue(before);
            assertThat(session.notifier().invalidateEntry(FileSystem.ROOT_ID, HelloFileSystem.HELLO))
                    .isTrue();
            assertThat(Files.exists(hello)).isTrue();
            assertThat(fileSystem.lookups).hasValue(before + 1);
            assertThat(session.notifier().expireEntry(FileSystem.ROOT_ID, HelloFileSystem.HELLO))
                    .isTrue();
            assertThat(Files.exists(hello)).isTrue();
            assertThat(fileSystem.lookups).hasValue(before + 2);

            assertThat(session.notifier().invalidateEntry(FileSystem.ROOT_ID, Name.of("none")))
                    .isFalse();
            assertThat(session.notifier().invalidateNode(4711, 0, 0)).isFalse();
        }
    }

    @Test
    void endsWhenSomebodyElseUnmounts() throws Exception {
        try (Session session = mount(new HelloFileSystem())) {
            Mounts.unmount(target);
            session.await();
        }
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void unmountsUnderLoad() throws Exception {
        ProcessState before = ProcessState.now();
        try (var clients = Executors.newFixedThreadPool(8)) {
            Session session = mount(new HelloFileSystem());
            var started = new CountDownLatch(8);
            Callable<Long> load = () -> {
                started.countDown();
                for (long round = 1; ; round++) {
                    try {
                        Files.exists(target.resolve("none"));
                        Files.readString(target.resolve("hello"));
                    } catch (IOException e) {
                        return round; // not connected, then no such file
                    }
                }
            };
            var loads = new ArrayList<Future<Long>>();
            for (Callable<Long> each : Collections.nCopies(8, load)) {
                loads.add(clients.submit(each));
            }
            started.await();
            Thread.sleep(200);
            session.close();
            for (Future<Long> rounds : loads) {
                assertThat(rounds.get(20, TimeUnit.SECONDS)).isPositive();
            }
        }
        assertThat(ProcessState.now()).isEqualTo(before);
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void leavesNoThreadsOrDescriptorsBehind() throws IOException {
        mount(new HelloFileSystem()).close();
        ProcessState before = ProcessState.now();
        for (int round = 0; round < 30; round++) {
            try (Session _ = mount(new HelloFileSystem())) {
                assertThat(target.resolve("hello")).hasContent("hello\n");
            }
        }
        assertThat(ProcessState.now()).isEqualTo(before);
    }

    @Test
    void aFileSystemThatCannotBeginLeavesNothingBehind() throws IOException {
        mount(new HelloFileSystem()).close();
        ProcessState before = ProcessState.now();
        var fileSystem = new HelloFileSystem() {
            @Override
            public void begin(Session session) {
                throw new IllegalStateException("on purpose");
            }
        };
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> mount(fileSystem));
        assertThat(ProcessState.now()).isEqualTo(before);
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void mountsByTheHelperProgramToo() throws IOException {
        ProcessState before = ProcessState.now();
        FuseMount mount = FuseMount.byHelper(target, MOUNT.withReadOnly());
        try (Session _ = Session.serve(mount, new HelloFileSystem(), SessionOptions.DEFAULT)) {
            assertThat(target.resolve("hello")).hasContent("hello\n");
            assertThat(MountPoint.list())
                    .anyMatch(line -> line.target().equals(target.toString())
                            && line.source().equals("lamella-test"));
        }
        assertThat(target).isEmptyDirectory();
        assertThat(ProcessState.now()).isEqualTo(before);
    }
}
