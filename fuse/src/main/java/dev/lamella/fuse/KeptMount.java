package dev.lamella.fuse;

import dev.lamella.linux.Descriptor;
import dev.lamella.linux.Errno;
import dev.lamella.linux.LinuxException;
import dev.lamella.linux.PosixLock;
import dev.lamella.linux.ProcessDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file system being served on a mount that outlives its server: another process, the keeper, holds the device, and
 * whoever calls {@link #serve} next goes on with what was being asked. Meanwhile requests wait; if nobody comes the
 * mount is unmounted, and the directory below appears. Users never see <em>Transport endpoint is not connected</em> as
 * long as the keeper lives.
 *
 * <p>Node ids and handles must mean the same to the successor, see {@link Session#resume}. The keeper is {@code
 * /bin/sh}, needs {@code sleep} and {@code umount}, and lives in the mount namespace of the process that started it;
 * the successor must be in the same. Needs root, or the capabilities SYS_ADMIN and SYS_PTRACE.
 *
 * <p>With a kernel before Linux 6.9 requests that were read and not answered when the server died are lost, and who
 * asked waits until it is killed or the mount ends; an orderly end loses none.
 *
 * <p>May be used by many threads at a time, though not by a handler.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_getfd.2.html">pidfd_getfd(2)</a>
 */
public final class KeptMount implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeptMount.class);
    private static final Duration LOCK_WAIT_MAX = Duration.ofSeconds(10);

    /**
     * What to mount, where, and how it is kept.
     *
     * @param target an existing directory, no symbolic link; up to 4,095 bytes
     * @param mountOptions of a new mount
     * @param sessionOptions {@linkplain SessionOptions#withSharedDevice with a shared device}
     * @param stateFile how a successor finds the keeper: on a local file system, not under the target, in an existing
     *     directory that only the owner can write. The lock beside it, with {@code .lock} appended, stays for good
     * @param patience how long the mount waits for a successor before it is unmounted, from 1 second to 1 day, in whole
     *     seconds. As long, though 10 seconds at most, a successor waits for its predecessor to end
     */
    public record Settings(
            Path target, MountOptions mountOptions, SessionOptions sessionOptions, Path stateFile, Duration patience) {

        private static final Duration PATIENCE_MIN = Duration.ofSeconds(1);
        private static final Duration PATIENCE_MAX = Duration.ofDays(1);

        /** Checks the limits, and makes paths absolute. */
        public Settings {
            target = target.toAbsolutePath().normalize();
            stateFile = stateFile.toAbsolutePath().normalize();
            if (sessionOptions.cloneDevice()) {
                throw new IllegalArgumentException(
                        "a mount is kept only with a shared device: SessionOptions.withSharedDevice()");
            }
            if (patience.compareTo(PATIENCE_MIN) < 0 || patience.compareTo(PATIENCE_MAX) > 0) {
                throw new IllegalArgumentException(
                        "patience %s: from %s to %s".formatted(patience, PATIENCE_MIN, PATIENCE_MAX));
            }
            if (stateFile.startsWith(target)) {
                throw new IllegalArgumentException("%s: the state file must not be in the mount".formatted(stateFile));
            }
        }
    }

    private final Keeper.Task task;
    private final PosixLock lock;
    private final Session session;
    private final boolean takenOver;
    private Keeper keeper;
    private boolean over;

    private KeptMount(Served served, PosixLock lock) {
        this.task = served.task;
        this.keeper = served.keeper;
        this.session = served.session;
        this.takenOver = served.takenOver;
        this.lock = lock;
    }

    private record Served(Keeper.Task task, Keeper keeper, Session session, boolean takenOver) {}

    /**
     * Serves a file system: on a mount that a predecessor left behind, if its keeper lives, else on a new one, after
     * what is dead at the target has been taken away.
     *
     * @throws IOException if that cannot be done; also if another process serves the mount and does not end in time, or
     *     something else is mounted by FUSE at the target. A mount that was there waits on for a successor
     */
    public static KeptMount serve(Settings settings, FileSystem fileSystem) throws IOException {
        return serveMade(settings, _ -> fileSystem);
    }

    /** Makes a file system to be served. */
    @FunctionalInterface
    public interface Maker {
        /**
         * Makes it, once.
         *
         * @param takenOver whether it is to go on for a predecessor, whose node ids and handles the kernel knows
         */
        FileSystem make(boolean takenOver) throws IOException;
    }

    /** Does the same with a file system that has to know whose successor it is. */
    public static KeptMount serveMade(Settings settings, Maker fileSystem) throws IOException {
        MountTarget target = MountTarget.of(settings.target);
        var file = new StateFile(settings.stateFile);
        Duration wait = settings.patience.compareTo(LOCK_WAIT_MAX) < 0 ? settings.patience : LOCK_WAIT_MAX;
        PosixLock lock = file.lock(wait);
        try {
            Optional<Served> taken = takeOver(settings, target, fileSystem);
            if (taken.isPresent()) {
                return new KeptMount(taken.get(), lock);
            }
            target.clear(settings.mountOptions.source());
            return new KeptMount(mountAnew(settings, target, fileSystem), lock);
        } catch (IOException | RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    /** Goes on with the mount that a keeper holds; nothing if there is none. */
    private static Optional<Served> takeOver(Settings settings, MountTarget target, Maker fileSystem)
            throws IOException {
        var file = new StateFile(settings.stateFile);
        Optional<KeeperState> known = file.read();
        if (known.isEmpty()) {
            return Optional.empty();
        }
        KeeperState state = known.get();
        // It may be just about to unmount what it believed to be its own, and whoever took over from it died before
        // ending it.
        Keeper.end(state.former());
        Optional<ProcessDescriptor> found = Keeper.find(state.keeper());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (ProcessDescriptor predecessor = found.get()) {
            if (!state.target().equals(target.path().toString())) {
                throw new IOException(
                        ("%s: is about the mount at %s, which %s keeps, not about %s; use another state file"
                                        + ", or wait until that mount has ended")
                                .formatted(settings.stateFile, state.target(), predecessor, target.path()));
            }
            Optional<Descriptor> device = device(predecessor, state, settings);
            if (device.isEmpty()) {
                return Optional.empty();
            }
            if (!target.has(state.device()) || isCutOff(device.get())) {
                device.get().close();
                Keeper.end(predecessor);
                return Optional.empty();
            }
            var task = new Keeper.Task(file, target, state.device(), settings.patience);
            return resume(new Found(state, predecessor, device.get(), task), settings.sessionOptions, fileSystem);
        }
    }

    private record Found(KeeperState state, ProcessDescriptor predecessor, Descriptor device, Keeper.Task task) {}

    /** Takes the device from a keeper; nothing if it has ended meanwhile, so that there is no device any more. */
    private static Optional<Descriptor> device(ProcessDescriptor predecessor, KeeperState state, Settings settings)
            throws IOException {
        Descriptor device;
        try {
            device = predecessor.takeDescriptor(state.descriptor());
        } catch (LinuxException e) {
            if (e.errno() == Errno.ESRCH || e.errno() == Errno.EBADF) {
                return Optional.empty();
            }
            throw new IOException(
                    ("%s: the mount cannot be taken over from its keeper; that needs the user who began it"
                                    + " and the capability SYS_PTRACE")
                            .formatted(settings.target),
                    e);
        }
        if (!Keeper.isDevice(device)) {
            LOG.warn("{}: {} is not {}: not taken over", settings.stateFile, device, FuseMount.DEVICE);
            device.close();
            return Optional.empty();
        }
        return Optional.of(device);
    }

    /** Returns whether the connection that a device was tied to is gone. */
    private static boolean isCutOff(Descriptor device) throws IOException {
        return (device.poll(0, 0) & Descriptor.POLLERR) != 0;
    }

    /**
     * Changes the keeper, then looks whether the old one has unmounted before it was ended. Wherever this is cut short
     * there is one keeper that the state file names, and it looks after the mount.
     */
    private static Optional<Served> resume(Found found, SessionOptions options, Maker fileSystem) throws IOException {
        Keeper.Task task = found.task;
        Descriptor device = found.device;
        Optional<Keeper> started = Optional.empty();
        try {
            Keeper keeper = Keeper.start(Keeper.newToken(), device, task);
            started = Optional.of(keeper);
            task.stateFile().write(found.state.succeededBy(keeper.id()).toString());
            Keeper.end(found.predecessor);
            if (!task.target().has(task.device())) {
                device.close();
                keeper.end();
                return Optional.empty();
            }
            Session session =
                    Session.resume(device, Agreement.parse(found.state.agreement()), fileSystem.make(true), options);
            askAgain(session);
            return Optional.of(new Served(task, keeper, session, true));
        } catch (IOException | RuntimeException | Error e) {
            device.close();
            if (started.isPresent()) {
                started.get().close();
            }
            throw e;
        }
    }

    private static void askAgain(Session session) throws IOException {
        if (!session.agreement().has(Feature.HAS_RESEND)) {
            LOG.warn("this kernel does not repeat requests that were read and not answered; it takes Linux 6.9");
            return;
        }
        try {
            session.notifier().resend();
        } catch (IOException | RuntimeException | Error e) {
            session.stop();
            throw e;
        }
    }

    private static Served mountAnew(Settings settings, MountTarget target, Maker fileSystem) throws IOException {
        var file = new StateFile(settings.stateFile);
        String token = Keeper.newToken();
        // Before there is anything to unmount: a keeper left behind goes away, even if the number of the new file
        // system is that of its own.
        file.write(KeeperState.begun(token));
        Session session =
                Session.mount(target.path(), settings.mountOptions, fileSystem.make(false), settings.sessionOptions);
        try {
            String device = target.top()
                    .map(MountTarget::device)
                    .orElseThrow(() -> new IOException(
                            target.path() + ": what was mounted there is gone, or it is a symbolic link"));
            var task = new Keeper.Task(file, target, device, settings.patience);
            Keeper keeper;
            try (Descriptor copy = session.duplicateDevice()) {
                keeper = Keeper.start(token, copy, task);
            }
            try {
                writeState(task, keeper, session);
            } catch (IOException | RuntimeException | Error e) {
                keeper.end();
                throw e;
            }
            return new Served(task, keeper, session, false);
        } catch (IOException | RuntimeException | Error e) {
            session.close();
            file.delete();
            throw e;
        }
    }

    /** Returns the session, to be waited for; its end is {@link #leave} or {@link #close} of this. */
    public Session session() {
        return session;
    }

    /** Returns whether the mount was there and has been taken over from a predecessor, dead or gone. */
    public boolean isTakenOver() {
        return takenOver;
    }

    /**
     * Ends the session in good order and leaves the mount to a successor, for which it waits as long as its patience
     * goes: an upgrade. Requests at work are finished first, see {@link SessionOptions}. Does nothing if it has ended.
     */
    public synchronized void leave() throws IOException {
        if (over) {
            return;
        }
        over = true;
        try {
            if (!keeper.isAlive()) {
                replaceKeeper();
            }
        } finally {
            try {
                session.stop();
            } finally {
                keeper.close();
                lock.close();
            }
        }
    }

    private void replaceKeeper() throws IOException {
        try (Descriptor copy = session.duplicateDevice()) {
            Keeper next = Keeper.start(Keeper.newToken(), copy, task);
            keeper.close();
            keeper = next;
        }
        writeState(task, keeper, session);
    }

    private static void writeState(Keeper.Task task, Keeper keeper, Session session) throws IOException {
        var state = new KeeperState(
                keeper.id(),
                KeeperState.Id.NONE,
                Keeper.DEVICE_NUMBER,
                task.device(),
                task.target().path().toString(),
                session.agreement().toString());
        task.stateFile().write(state.toString());
    }

    /**
     * Ends it for good: unmounted, the keeper ended, the state file gone. Whoever still uses the mount is cut off. Does
     * nothing if it has ended.
     */
    @Override
    public synchronized void close() throws IOException {
        if (over) {
            return;
        }
        over = true;
        try {
            task.target().unmount(task.device());
        } finally {
            try {
                session.stop();
            } finally {
                try {
                    keeper.end();
                    task.stateFile().delete();
                } finally {
                    lock.close();
                }
            }
        }
    }
}
