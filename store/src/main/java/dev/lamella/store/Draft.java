package dev.lamella.store;

import dev.lamella.volume.DurableFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory below {@code tmp} that one writer owns. It holds a lease file, locked as long as the writer lives, and
 * {@code content}, which becomes visible by one rename. The lock goes with the process, whatever it dies of, so a
 * draft
 * whose lease can be locked is dead.
 */
final class Draft implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Draft.class);

    /**
     * The drafts of this process. POSIX locks belong to the process: opening and closing a lease file of our own
     * would silently give up its lock, so these are never touched when dead drafts are looked for.
     */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private static final int ATTEMPTS = 10;

    private final Path directory;
    private final FileChannel lease;

    private Draft(Path directory, FileChannel lease) {
        this.directory = directory;
        this.lease = lease;
    }

    /** Makes a draft; {@code purpose} is the beginning of its name. */
    static Draft create(Path drafts, String purpose) throws IOException {
        Path real = drafts.toRealPath();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            byte[] random = new byte[8];
            ThreadLocalRandom.current().nextBytes(random);
            Optional<Draft> draft =
                    attempt(real.resolve(purpose + "-" + HexFormat.of().formatHex(random)));
            if (draft.isPresent()) {
                return draft.get();
            }
        }
        throw new IOException("%s: %d new drafts were taken for dead ones and removed".formatted(drafts, ATTEMPTS));
    }

    /** Until its lease is locked a draft looks like a dead one, and another process may remove it: then there is none. */
    private static Optional<Draft> attempt(Path directory) throws IOException {
        OWN.add(directory);
        Optional<Draft> draft = Optional.empty();
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            draft = lease(directory);
            return draft;
        } catch (IOException e) {
            deleteTree(directory);
            throw e;
        } finally {
            if (draft.isEmpty()) {
                OWN.remove(directory);
            }
        }
    }

    @SuppressWarnings("StreamResourceLeak") // the lease stays open, and locked, as long as the draft lives
    private static Optional<Draft> lease(Path directory) throws IOException {
        Path leaseFile = directory.resolve(StoreLayout.LEASE);
        FileChannel lease;
        try {
            lease = FileChannel.open(leaseFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        boolean held = false;
        try {
            FileLock lock = lease.tryLock();
            held = lock != null && Files.exists(leaseFile);
        } finally {
            if (!held) {
                lease.close();
            }
        }
        return held ? Optional.of(new Draft(directory, lease)) : Optional.empty();
    }

    /** Returns the name of what will be renamed; it does not exist yet. */
    Path content() {
        return directory.resolve(StoreLayout.CONTENT);
    }

    /** Removes what is left of the draft. */
    @Override
    public void close() throws IOException {
        try {
            deleteTree(directory);
        } finally {
            lease.close();
            OWN.remove(directory);
        }
    }

    /** Removes the drafts whose owners are dead. */
    static List<String> removeDead(Path drafts, StoreLimits limits) throws IOException {
        var removed = new ArrayList<String>();
        try (var entries = Files.newDirectoryStream(drafts.toRealPath())) {
            int count = 0;
            for (Path entry : entries) {
                if (++count > limits.entriesMax()) {
                    LOG.warn(
                            "{}: more than {} entries; the rest is left for the next time",
                            drafts,
                            limits.entriesMax());
                    break;
                }
                if (!OWN.contains(entry) && removeIfDead(entry, limits)) {
                    removed.add(String.valueOf(entry.getFileName()));
                }
            }
        }
        return removed;
    }

    private static boolean removeIfDead(Path entry, StoreLimits limits) {
        try {
            if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                return isOld(entry, limits) && Files.deleteIfExists(entry);
            }
            Path leaseFile = entry.resolve(StoreLayout.LEASE);
            if (Files.notExists(leaseFile)) {
                // The lease is made first and removed last: without one there is nothing else. If it comes just now,
                // this fails.
                return Files.deleteIfExists(entry);
            }
            try (FileChannel lease = FileChannel.open(leaseFile, StandardOpenOption.WRITE);
                    FileLock lock = lease.tryLock()) {
                if (lock == null) {
                    return false;
                }
                deleteTree(entry);
                return true;
            }
        } catch (NoSuchFileException | DirectoryNotEmptyException | OverlappingFileLockException _) {
            return false; // its owner, or another clean-up, was faster
        } catch (IOException e) {
            LOG.warn("{}: an abandoned draft cannot be removed: {}", entry, e.toString());
            return false;
        }
    }

    /** No publisher makes a file that is not in a draft, but a file system may: NFS keeps so what is deleted while it is open. */
    private static boolean isOld(Path strayFile, StoreLimits limits) throws IOException {
        long changed =
                Files.getLastModifiedTime(strayFile, LinkOption.NOFOLLOW_LINKS).toMillis();
        return changed <= fileSystemMillis(parentOf(strayFile)) - limits.strayAgeMillis();
    }

    /** The file system's own clock, which may be another machine's: read from a draft, so that nothing stays if the reader is killed. */
    static long fileSystemMillis(Path drafts) throws IOException {
        try (Draft draft = create(drafts, "clock")) {
            return Files.getLastModifiedTime(draft.directory.resolve(StoreLayout.LEASE))
                    .toMillis();
        }
    }

    /**
     * Removes a tree, the lease last, so that a clean-up that is killed leaves a draft that is still known as one.
     */
    private static void deleteTree(Path top) throws IOException {
        if (Files.notExists(top, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                boolean isLease = file.equals(top.resolve(StoreLayout.LEASE));
                if (!isLease) {
                    Files.deleteIfExists(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                if (directory.equals(top)) {
                    Files.deleteIfExists(top.resolve(StoreLayout.LEASE));
                }
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Makes a directory and those above it up to {@code root}, each synced into the one above. */
    static void makeDirectories(Path root, Path directory) throws IOException {
        if (directory.equals(root) || Files.isDirectory(directory)) {
            return;
        }
        Path above = parentOf(directory);
        makeDirectories(root, above);
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException _) {
            return;
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        DurableFiles.syncDirectory(above);
    }

    static Path parentOf(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("a path inside the store has a parent: " + path);
        }
        return parent;
    }
}
