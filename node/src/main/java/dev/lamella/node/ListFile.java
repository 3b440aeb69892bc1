package dev.lamella.node;

import dev.lamella.linux.PosixLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A list of an additional image store, and the lock by which engines notice that it changed.
 *
 * <p>The list is replaced by rename, so that its time stamp changes, and 64 fresh bytes are put into its lock file: some versions of
 * engines look at the one, some at the other. The lock file is held meanwhile as containers/storage holds it. What was read is remembered
 * until the file changes: with thousands of layers, reading takes longer than all else that a pull asks for. Thread-safe.
 */
final class ListFile<T> {

    private static final int LOCK_BYTES = 64;
    private static final int LOCK_RANDOM_BYTES = 44;
    private static final int PERMISSIONS = 0644;
    private static final long LIST_BYTES_MAX = 512L << 20;
    private static final AtomicLong WRITES = new AtomicLong();

    private final Path file;
    private final Path lockFile;
    private final Form<T> form;
    private final Duration lockTimeout;
    private final SecureRandom random = new SecureRandom();
    private volatile @Nullable Known<T> known;

    /** Reads the entries of a list; the file is for messages. */
    @FunctionalInterface
    interface Reader<T> {
        List<T> read(byte[] content, Path file) throws DamagedImageStoreException;
    }

    /** How entries are written and read. */
    record Form<T>(Function<List<T>, byte[]> writer, Reader<T> reader) {}

    /**
     * By what a list that changed is told. The lock file is not opened for that: closing it would end a lock that another thread of this
     * process holds. Every new list has another inode than the one before it, so that the ticks of time stamps do not matter.
     */
    private record Stamp(FileTime modified, long sizeBytes, Optional<Object> key) {}

    private record Known<T>(Stamp stamp, List<T> entries) {}

    ListFile(Path directory, String name, Form<T> form, Duration lockTimeout) {
        this.file = directory.resolve(name + ".json");
        this.lockFile = directory.resolve(name + ".lock");
        this.form = form;
        this.lockTimeout = lockTimeout;
    }

    Path file() {
        return file;
    }

    /** Returns the entries; none if there is no list. */
    List<T> read() throws IOException {
        Known<T> last = known;
        try {
            Stamp before = stamp();
            if (last != null && last.stamp.equals(before)) {
                return last.entries;
            }
            if (before.sizeBytes > LIST_BYTES_MAX) {
                throw new DamagedImageStoreException(
                        file, "%d bytes, at most %d".formatted(before.sizeBytes, LIST_BYTES_MAX));
            }
            List<T> entries = List.copyOf(form.reader().read(Files.readAllBytes(file), file));
            if (stamp().equals(before)) { // else it may be of another list
                known = new Known<>(before, entries);
            }
            return entries;
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    /** Replaces the list; the caller sees to it that nobody else does at the same time. */
    void write(List<T> entries) throws IOException {
        known = null;
        try (PosixLock lock = PosixLock.exclusive(lockFile, PERMISSIONS, lockTimeout)) {
            // The lock's bytes go first: killed in between, engines read an old list again. The other way round they
            // would never read the new list of images, of which some versions look at nothing else.
            lock.file().replaceContent(freshLockBytes());
            NodeFiles.write(file, form.writer().apply(entries));
            known = new Known<>(stamp(), List.copyOf(entries));
        }
    }

    /**
     * Reads what tells whether the list changed.
     *
     * @throws NoSuchFileException if there is no list
     */
    private Stamp stamp() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), Optional.ofNullable(attributes.fileKey()));
    }

    /** As containers/storage makes them: time, counter, process and random bytes. */
    private byte[] freshLockBytes() {
        byte[] salt = new byte[LOCK_RANDOM_BYTES];
        random.nextBytes(salt);
        return ByteBuffer.allocate(LOCK_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(System.nanoTime())
                .putLong(WRITES.incrementAndGet())
                .putInt((int) ProcessHandle.current().pid())
                .put(salt)
                .array();
    }
}
