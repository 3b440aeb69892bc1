package dev.lamella.fuse;

import dev.lamella.linux.FileStatus;
import dev.lamella.linux.LockTimeoutException;
import dev.lamella.linux.PosixLock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that leads to a mount's keeper, and the lock beside it that whoever serves the mount holds for as long. Not
 * synced: what it leads to does not survive the machine's end either.
 */
record StateFile(Path path) {

    private static final Logger LOG = LoggerFactory.getLogger(StateFile.class);
    private static final int BYTES_MAX = 16 * 1024;
    private static final int LOCK_PERMISSIONS = 0600;
    private static final int OTHERS_MAY_WRITE = 0022;

    /**
     * Takes the lock. It is free only when no thread of a process that held it can touch the device any more: what such
     * a thread was about to read can be asked for again.
     */
    PosixLock lock(Duration timeout) throws IOException {
        checkDirectory();
        Path lock = beside(".lock");
        try {
            return PosixLock.exclusive(lock, LOCK_PERMISSIONS, timeout);
        } catch (LockTimeoutException e) {
            throw new IOException(
                    ("%s: the mount is being served by another process, which holds %s; end it, or have it leave"
                                    + ", and try again")
                            .formatted(path, lock),
                    e);
        }
    }

    private void checkDirectory() throws IOException {
        Path directory = directory();
        FileStatus status = FileStatus.of(directory);
        long self = FileStatus.of(Path.of("/proc/self/.")).uid();
        if (status.uid() != self || (status.mode() & OTHERS_MAY_WRITE) != 0) {
            throw new IOException(
                    ("%s: belongs to user %d with mode %o; whoever can write in it could have a process ended"
                                    + ": it must belong to user %d and be writable for nobody else (chmod go-w)")
                            .formatted(directory, status.uid(), status.mode() & 07777, self));
        }
    }

    private Path directory() throws IOException {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IOException(path + ": not a file");
        }
        return parent;
    }

    private Path beside(String suffix) throws IOException {
        return directory().resolve(path.getFileName() + suffix);
    }

    /** Returns what it says; if it is damaged that is logged, and counts as nothing. */
    Optional<KeeperState> read() throws IOException {
        byte[] bytes;
        try (InputStream file = Files.newInputStream(path)) {
            bytes = file.readNBytes(BYTES_MAX + 1);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        try {
            return KeeperState.parse(bytes);
        } catch (IOException e) {
            LOG.warn(
                    "{} is damaged ({} bytes, {}): its mount is not taken over but made anew",
                    path,
                    bytes.length,
                    e.getMessage());
            return Optional.empty();
        }
    }

    /** Replaces the whole. Only for who holds the lock. */
    void write(String text) throws IOException {
        Path next = beside(".new");
        Files.deleteIfExists(next);
        Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(next, text, StandardCharsets.UTF_8);
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }
}
