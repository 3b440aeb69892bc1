package dev.lamella.fuse;

import dev.lamella.linux.Errno;
import dev.lamella.linux.LinuxException;
import dev.lamella.linux.MountPoint;
import dev.lamella.linux.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory to mount on, and what is mounted there. It is looked at from outside, in {@code mountinfo}: who asks a
 * mount that nobody serves does not get an answer.
 *
 * @param path without symbolic links
 */
record MountTarget(Path path) {

    private static final Logger LOG = LoggerFactory.getLogger(MountTarget.class);
    private static final int DEAD_MAX = 16;
    private static final Duration SILENCE = Duration.ofSeconds(2);

    /** What becomes of a question to a mount. */
    private enum Answer {
        GIVEN,
        CUT_OFF,
        NONE
    }

    static MountTarget of(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        Path name = absolute.getFileName();
        if (parent == null || name == null || absolute.toString().contains("\n")) {
            throw new IllegalArgumentException("a mount is not kept at: " + path);
        }
        // Of the parent only: the directory itself may be a mount that does not answer.
        return new MountTarget(parent.toRealPath().resolve(name));
    }

    /** Returns what is mounted on top. */
    Optional<MountPoint> top() throws IOException {
        return MountPoint.list().stream()
                .filter(mount -> mount.target().equals(path.toString()))
                .reduce((_, newer) -> newer);
    }

    /** Returns whether a file system is mounted here, be it under another. */
    boolean has(String device) throws IOException {
        return MountPoint.list().stream()
                .anyMatch(mount ->
                        mount.target().equals(path.toString()) && device(mount).equals(device));
    }

    /** Returns whether a file system is mounted here on top. */
    boolean hasOnTop(String device) throws IOException {
        return top().filter(mount -> device(mount).equals(device)).isPresent();
    }

    /** Returns the number of a mount's file system as {@code mountinfo} writes it. */
    static String device(MountPoint mount) {
        return "%d:%d".formatted(mount.device() >>> 32, mount.device() & 0xffff_ffffL);
    }

    /** Returns the path as {@code mountinfo} writes it. */
    String escaped() {
        return path.toString().replace("\\", "\\134").replace(" ", "\\040").replace("\t", "\\011");
    }

    /**
     * Takes away mounts of FUSE that nobody serves any more.
     *
     * @param source of those that are known to have no server if they do not answer
     * @throws IOException if one is there that somebody does serve, or may
     */
    void clear(String source) throws IOException {
        for (int count = 0; count < DEAD_MAX; count++) {
            Optional<MountPoint> top = top();
            if (top.isEmpty() || !top.get().type().startsWith("fuse")) {
                return;
            }
            Answer answer = ask();
            boolean ours = top.get().source().equals(source);
            if (answer == Answer.GIVEN || (answer == Answer.NONE && !ours)) {
                throw new IOException(
                        ("%s: a mount of %s by FUSE is there, which %s; end its server or run `umount -l %s`"
                                        + ", and try again")
                                .formatted(
                                        path,
                                        top.get().source(),
                                        answer == Answer.GIVEN ? "is being served" : "does not answer",
                                        path));
            }
            LOG.warn("{}: a mount of {} that nobody serves is taken away", path, source);
            Mounts.detach(path);
        }
        throw new IOException("%s: more than %d dead mounts, one on the other; unmount them".formatted(path, DEAD_MAX));
    }

    /** Asks for what is never answered from a cache. */
    private Answer ask() throws IOException {
        var answer = new CompletableFuture<Answer>();
        // Left alone if there is no answer: it comes to an end with the mount.
        Thread.ofPlatform().daemon().name("ask-" + path).start(() -> {
            try {
                dev.lamella.linux.FileSystem.of(path);
                answer.complete(Answer.GIVEN);
            } catch (LinuxException e) {
                boolean cutOff = e.errno() == Errno.ENOTCONN
                        || e.errno() == Errno.ECONNABORTED
                        || e.errno() == Errno.ECONNREFUSED;
                answer.complete(cutOff ? Answer.CUT_OFF : Answer.GIVEN);
            }
        });
        try {
            return answer.get(SILENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            return Answer.NONE;
        } catch (ExecutionException e) {
            throw new IOException("%s: what is mounted there cannot be asked".formatted(path), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("%s: interrupted while asking what is mounted there".formatted(path), e);
        }
    }

    /** Unmounts a file system if it is on top; if it is still in use it leaves the tree of files all the same. */
    void unmount(String device) throws IOException {
        if (!hasOnTop(device)) {
            LOG.info("{}: the mount is gone, or under another, and is not unmounted", path);
            return;
        }
        Mounts.unmountOrDetach(path);
    }
}
