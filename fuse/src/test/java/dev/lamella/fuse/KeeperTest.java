package dev.lamella.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.linux.Descriptor;
import dev.lamella.linux.MountPoint;
import dev.lamella.linux.Mounts;
import dev.lamella.linux.ProcessDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a mount when a successor dies halfway, done step by step. */
@Tag("system")
@Timeout(60)
class KeeperTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration NO_PATIENCE = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int SIGSTOP = 19;
    private static final int AT_ONCE = 10;

    @TempDir
    Path directory;

    private MountTarget target;
    private StateFile file;

    @BeforeEach
    void prepare() throws IOException {
        target = MountTarget.of(Files.createDirectory(directory.resolve("target")));
        file = new StateFile(directory.resolve("kept"));
    }

    @AfterEach
    void nothingIsMounted() throws IOException {
        try {
            assertThat(target.top()).isEmpty();
        } finally {
            KeptServer.keepers(file.path()).forEach(ProcessHandle::destroyForcibly);
            while (target.top().isPresent()) {
                Mounts.detach(target.path());
            }
        }
    }

    private KeptMount serve(Duration patience) throws IOException {
        return KeptMount.serve(KeptServer.settings(target.path(), file.path(), patience), new TreeFileSystem(0));
    }

    /** Leaves a mount behind; returns its state. */
    private KeeperState left() throws IOException {
        serve(PATIENCE).leave();
        return state();
    }

    private KeeperState state() throws IOException {
        return file.read().orElseThrow();
    }

    private static ProcessDescriptor process(KeeperState.Id id) throws IOException {
        return Keeper.find(id).orElseThrow();
    }

    /** Starts a second keeper for what a first one holds, and dies before or after it is named in the state file. */
    private KeeperState.Id startAnother(KeeperState state, Duration patience, boolean named) throws IOException {
        try (ProcessDescriptor first = process(state.keeper());
                Descriptor device = first.takeDescriptor(state.descriptor())) {
            assertThat(Keeper.isDevice(device)).isTrue();
            var task = new Keeper.Task(file, target, state.device(), patience);
            try (Keeper another = Keeper.start(Keeper.newToken(), device, task)) {
                if (named) {
                    file.write(state.succeededBy(another.id()).toString());
                }
                return another.id();
            }
        }
    }

    private void assertTakenOver() throws IOException {
        try (KeptMount next = serve(PATIENCE)) {
            assertThat(next.isTakenOver()).isTrue();
            assertThat(target.path().resolve(TreeFileSystem.directory(1))).isNotEmptyDirectory();
        }
    }

    @Test
    void aSuccessorThatDiesBeforeTheStateFileChangesNothing() throws Exception {
        KeeperState state = left();
        KeeperState.Id orphan = startAnother(state, NO_PATIENCE, false);
        Optional<ProcessDescriptor> process = Keeper.find(orphan);
        if (process.isPresent()) {
            assertThat(process.get().awaitEnd(SOON)).isTrue();
            process.get().close();
        }
        assertThat(target.hasOnTop(state.device())).isTrue();
        assertTakenOver();
    }

    @Test
    void aSuccessorThatDiesAfterTheStateFileHasTakenOver() throws Exception {
        KeeperState state = left();
        try (ProcessDescriptor former = process(state.keeper())) {
            startAnother(state, PATIENCE, true);
            assertThat(former.awaitEnd(SOON)).isTrue();
        }
        assertThat(target.hasOnTop(state.device())).isTrue();
        assertTakenOver();
    }

    @Test
    void aFormerKeeperThatHangsIsEndedBeforeItCanUnmount() throws Exception {
        KeeperState state = left();
        try (ProcessDescriptor former = process(state.keeper())) {
            former.signal(SIGSTOP);
            KeeperState.Id successor = startAnother(state, PATIENCE, true);
            try (KeptMount next = serve(PATIENCE)) {
                assertThat(next.isTakenOver()).isTrue();
                assertThat(former.hasEnded()).isTrue();
                assertThat(state().former()).isEqualTo(successor);
            }
        }
    }

    @Test
    void whatTheKeeperHasUnmountedIsMountedAnew() throws Exception {
        KeeperState state = left();
        try (ProcessDescriptor keeper = process(state.keeper())) {
            keeper.signal(SIGSTOP);
            Mounts.detach(target.path());
            try (KeptMount next = serve(PATIENCE)) {
                assertThat(next.isTakenOver()).isFalse();
                assertThat(keeper.hasEnded()).isTrue();
                assertThat(target.path().resolve(TreeFileSystem.directory(1))).isNotEmptyDirectory();
            }
        }
    }

    @Test
    void aKeeperIsKnownWhenItHasBecomeTheProgramThatUnmounts() throws Exception {
        // Stands for it: the shell's environment, and the arguments of another program.
        String token = Keeper.newToken();
        var builder = new ProcessBuilder("sleep", "100");
        builder.environment().put("LAMELLA_FUSE_KEEPER", token);
        Process program = builder.start();
        try {
            var id = new KeeperState.Id(program.pid(), token);
            try (ProcessDescriptor process = process(id)) {
                assertThat(process.pid()).isEqualTo(program.pid());
            }
            assertThat(Keeper.find(new KeeperState.Id(program.pid(), Keeper.newToken())))
                    .isEmpty();
            Keeper.end(id);
            assertThat(program.waitFor()).isNotZero();
        } finally {
            program.destroyForcibly();
        }
    }

    @Test
    void whatIsMountedOverTheMountIsNotUnmounted() throws Exception {
        KeptMount first = serve(NO_PATIENCE);
        Mounts.mount("above", target.path(), "tmpfs", Set.of(), "");
        KeeperState state = state();
        try (ProcessDescriptor keeper = process(state.keeper())) {
            first.leave();
            assertThat(keeper.awaitEnd(SOON)).isTrue();
        }
        assertThat(target.top().map(MountPoint::type)).contains("tmpfs");
        Mounts.unmount(target.path());
        try (KeptMount next = serve(NO_PATIENCE)) {
            assertThat(next.isTakenOver()).isFalse();
            assertThat(target.path().resolve(TreeFileSystem.directory(1))).isNotEmptyDirectory();
        }
    }

    /** Comes back to a mount of its own when the keeper is about to unmount it; returns whether it was in time. */
    private boolean comeBack(int number, long afterMillis) throws Exception {
        Path own = Files.createDirectory(directory.resolve("target-" + number));
        MountTarget at = MountTarget.of(own);
        KeptMount.Settings settings = KeptServer.settings(own, directory.resolve("kept-" + number), NO_PATIENCE);
        KeptMount.serve(settings, new TreeFileSystem(0)).leave();
        Thread.sleep(afterMillis);
        try (KeptMount next = KeptMount.serve(settings, new TreeFileSystem(0))) {
            for (int look = 0; look < 10; look++) {
                assertThat(own.resolve(TreeFileSystem.directory(1))).isNotEmptyDirectory();
                Thread.sleep(50);
            }
            return next.isTakenOver();
        } finally {
            assertThat(at.top()).isEmpty();
        }
    }

    @Test
    void whoeverComesAsTheKeeperUnmountsHasAMountThatStays() throws Exception {
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            var back = new ArrayList<Callable<Boolean>>();
            for (int number = 0; number < AT_ONCE * 3; number++) {
                int each = number;
                back.add(() -> comeBack(each, 940 + each * 3));
            }
            var inTime = new ArrayList<Boolean>();
            for (Future<Boolean> each : threads.invokeAll(back)) {
                inTime.add(each.get());
            }
            System.out.println("in time to take over: " + inTime);
            assertThat(inTime).hasSize(AT_ONCE * 3);
        }
    }
}
