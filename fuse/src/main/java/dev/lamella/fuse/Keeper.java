package dev.lamella.fuse;

import dev.lamella.linux.BackgroundProgram;
import dev.lamella.linux.Descriptor;
import dev.lamella.linux.FileStatus;
import dev.lamella.linux.ProcessDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that does nothing but hold the device of a mount, and unmounts it if nobody has come to serve it some time
 * after the process that began it has ended.
 *
 * <p>It knows of that end by the pipe that is its input. Then it looks every second whether the state file names
 * another keeper, and if so goes away. It unmounts by becoming {@code umount}, with no process between the decision and
 * the act: a successor that has ended it, and only then looks, knows whether it has.
 */
final class Keeper implements AutoCloseable {

    /** The device's number in the keeper. */
    static final int DEVICE_NUMBER = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    private static final Path NOTHING = Path.of("/dev/null");
    private static final String SHELL = "/bin/sh";
    private static final String NAME = "lamella-fuse-keeper";
    private static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
    /** Unlike the arguments it stays when the shell has become {@code umount}. */
    private static final String VARIABLE = "LAMELLA_FUSE_KEEPER";

    private static final int TOKEN_BYTES = 16;
    private static final int TYPE_MASK = 0170000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final Duration END_MAX = Duration.ofSeconds(10);

    /** The parentheses around sleep: else some shells close the device in themselves for as long as it takes. */
    private static final String SCRIPT = """
            token=$1 state=$2 target=$3 point=$4 device=$5 patience=$6
            cd /
            while read -r line; do :; done
            while :; do
                named=$token
                while read -r key value; do
                    [ "$key" != token ] || named=$value
                done <"$state"
                [ "$named" = "$token" ] || exit 0
                [ "$patience" -gt 0 ] || break
                (exec sleep 1 </dev/null 3<&-)
                patience=$((patience - 1))
            done
            top=
            while read -r id parent found root where rest; do
                [ "$where" != "$point" ] || top=$found
            done </proc/self/mountinfo
            [ "$top" = "$device" ] || exit 0
            exec umount -l -- "$target"
            """;

    /**
     * What it is to do.
     *
     * @param stateFile names the keeper that counts
     * @param target what to unmount
     * @param device number of the mounted file system
     * @param patience how long to wait for a successor, in whole seconds
     */
    record Task(StateFile stateFile, MountTarget target, String device, Duration patience) {}

    private final KeeperState.Id id;
    private final BackgroundProgram program;
    private final Descriptor lifeline;
    private volatile boolean released;

    private Keeper(KeeperState.Id id, BackgroundProgram program, Descriptor lifeline) {
        this.id = id;
        this.program = program;
        this.lifeline = lifeline;
    }

    /** Returns what tells one keeper from all others. */
    static String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Starts a keeper with a copy of a device. */
    static Keeper start(String token, Descriptor device, Task task) throws IOException {
        var command = List.of(
                SHELL,
                "-c",
                SCRIPT,
                NAME,
                token,
                task.stateFile.path().toString(),
                task.target.path().toString(),
                task.target.escaped(),
                task.device,
                Long.toString(task.patience.plusNanos(999_999_999).toSeconds()));
        Descriptor.Pipe pipe = Descriptor.pipe(NAME);
        try (Descriptor input = pipe.reading();
                Descriptor nothing = Descriptor.device(NOTHING)) {
            BackgroundProgram program = BackgroundProgram.start(
                    command, Map.of("PATH", PATH, VARIABLE, token), List.of(input, nothing, nothing, device));
            var keeper = new Keeper(new KeeperState.Id(program.process().pid(), token), program, pipe.writing());
            var _ = program.ended().thenAccept(status -> keeper.hasEnded(task, status));
            return keeper;
        } catch (IOException | RuntimeException | Error e) {
            pipe.close();
            throw e;
        }
    }

    private void hasEnded(Task task, int status) {
        if (!released) {
            LOG.warn(
                    "the keeper of {}, {}, has ended with wait status {}: the mount does not survive this process",
                    task.target.path(),
                    program.process(),
                    status);
        }
    }

    /** Returns a keeper that was started by a predecessor, if it lives. */
    static Optional<ProcessDescriptor> find(KeeperState.Id id) throws IOException {
        Optional<ProcessDescriptor> process = ProcessDescriptor.open(id.pid());
        // Opened first: whose environment has the token then is the process that was opened.
        if (process.isPresent() && !process.get().environment().contains(VARIABLE + "=" + id.token())) {
            process.get().close();
            return Optional.empty();
        }
        return process;
    }

    /** Returns whether a descriptor leads to the device of FUSE. */
    static boolean isDevice(Descriptor descriptor) throws IOException {
        FileStatus status = FileStatus.of(descriptor);
        FileStatus device = FileStatus.of(FuseMount.DEVICE);
        return (status.mode() & TYPE_MASK) == CHARACTER_DEVICE
                && status.deviceMajor() == device.deviceMajor()
                && status.deviceMinor() == device.deviceMinor();
    }

    /** Ends a keeper. When this returns it has unmounted or never will. */
    static void end(ProcessDescriptor process) throws IOException {
        process.signal(ProcessDescriptor.SIGKILL);
        if (!process.awaitEnd(END_MAX)) {
            throw new IOException("the keeper of a mount, %s, does not end though it was killed %d s ago"
                    .formatted(process, END_MAX.toSeconds()));
        }
    }

    /** Ends a keeper that was started by a predecessor, if it lives. */
    static void end(KeeperState.Id id) throws IOException {
        Optional<ProcessDescriptor> found = find(id);
        if (found.isPresent()) {
            try (ProcessDescriptor process = found.get()) {
                end(process);
            }
        }
    }

    KeeperState.Id id() {
        return id;
    }

    boolean isAlive() throws IOException {
        return !program.process().hasEnded();
    }

    /** Ends it: there is nothing to keep any more. */
    void end() throws IOException {
        released = true;
        try {
            end(program.process());
        } finally {
            close();
        }
    }

    /** Leaves the mount to it, as the end of this process would. */
    @Override
    public void close() throws IOException {
        released = true;
        try {
            lifeline.close();
        } finally {
            program.process().close();
        }
    }
}
