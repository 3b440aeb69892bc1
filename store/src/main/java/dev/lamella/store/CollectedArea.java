package dev.lamella.store;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.DurableFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Volumes or images, as a garbage collection goes through them: noted when nobody needs them, withdrawn when that was so for the grace time,
 * and then deleted, or put back. Each step is one rename or one file made, and may be repeated.
 *
 * @param kind what they are
 * @param home where they are
 */
record CollectedArea(StoreFiles files, GcKind kind, Path home) {

    List<Digest> present() throws IOException {
        return files.list(home);
    }

    List<Digest> withdrawn() throws IOException {
        return files.list(files.layout().withdrawn(home));
    }

    /** Returns when it was noted that nobody needs something; nothing if it was not, or by a clock that was ahead. */
    Optional<Instant> noted(Digest digest, Instant now) throws IOException {
        try {
            Instant noted = Files.getLastModifiedTime(note(digest)).toInstant();
            return noted.isAfter(now) ? Optional.empty() : Optional.of(noted);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Notes that nobody needs something: an empty file whose time is the note. */
    void note(Digest digest, Instant now) throws IOException {
        Path note = note(digest);
        Draft.makeDirectories(files.layout().root(), Draft.parentOf(note));
        try {
            Files.createFile(note);
        } catch (FileAlreadyExistsException _) {
            // by a clock that was ahead, or by another collection just now
        }
        Files.setLastModifiedTime(note, FileTime.from(now));
    }

    /** Forgets all notes but those of what still nobody needs. */
    void forgetNotesBut(Set<Digest> unneeded) throws IOException {
        for (Digest digest : files.list(files.layout().noted(home))) {
            if (!unneeded.contains(digest)) {
                forgetNote(digest);
            }
        }
    }

    void forgetNote(Digest digest) throws IOException {
        Files.deleteIfExists(note(digest));
    }

    private Path note(Digest digest) {
        return StoreLayout.place(files.layout().noted(home), digest);
    }

    private Path away(Digest digest) {
        return StoreLayout.place(files.layout().withdrawn(home), digest);
    }

    /**
     * Makes some invisible, whole, each at one instant.
     *
     * @return those that were there
     */
    List<Digest> withdraw(Collection<Digest> digests) throws IOException {
        var withdrawn = new ArrayList<Digest>();
        var touched = new TreeSet<Path>();
        for (Digest digest : digests) {
            Path from = StoreLayout.place(home, digest);
            Path to = away(digest);
            Draft.makeDirectories(files.layout().root(), Draft.parentOf(to));
            if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
                files.remove(to); // it was published again since
            }
            try {
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
                withdrawn.add(digest);
                touched.add(Draft.parentOf(from));
                touched.add(Draft.parentOf(to));
            } catch (NoSuchFileException _) {
                // removed by somebody else
            }
        }
        for (Path directory : touched) {
            DurableFiles.syncDirectory(directory);
        }
        return withdrawn;
    }

    /** Makes something visible again, unless it was published anew meanwhile. */
    void putBack(Digest digest) throws IOException {
        try {
            if (files.publishDirectory(away(digest), StoreLayout.place(home, digest))) {
                DurableFiles.syncDirectory(Draft.parentOf(away(digest)));
            } else {
                files.remove(away(digest));
            }
        } catch (FileSystemException e) {
            if (Files.exists(away(digest), LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            } // else another collection was faster
        }
        forgetNote(digest);
    }

    /** Deletes some of what was withdrawn. */
    void delete(Collection<Digest> digests) throws IOException {
        try (Draft trash = files.newDraft("trash")) {
            Files.createDirectory(trash.content());
            for (Digest digest : digests) {
                try {
                    Path target = trash.content().resolve(digest.algorithm() + "-" + digest.hex());
                    Files.move(away(digest), target, StandardCopyOption.ATOMIC_MOVE);
                } catch (NoSuchFileException _) {
                    // another collection was faster
                }
                forgetNote(digest);
            }
        }
    }

    /** Returns what the files of something take, be it withdrawn. */
    long sizeBytes(Digest digest) throws IOException {
        long sizeBytes = treeBytes(StoreLayout.place(home, digest));
        return sizeBytes > 0 ? sizeBytes : treeBytes(away(digest));
    }

    private long treeBytes(Path directory) throws IOException {
        long bytes = 0;
        for (Path file : files.entries(directory)) {
            try {
                bytes += Files.size(file);
            } catch (NoSuchFileException _) {
                // removed just now
            }
        }
        return bytes;
    }
}
