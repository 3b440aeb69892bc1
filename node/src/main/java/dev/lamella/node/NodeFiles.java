package dev.lamella.node;

import dev.lamella.volume.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Writes files that are wholly there or not at all, readable for everybody whatever the umask: rootless engines read them too. */
final class NodeFiles {

    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final String TEMPORARY = ".new";

    private NodeFiles() {}

    /** Makes a directory and its parents; those that exist stay as they are. */
    static void makeDirectories(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent != null) {
            makeDirectories(parent);
        }
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (Files.isDirectory(directory)) {
                return; // another process was faster
            }
            throw e;
        }
        Files.setPosixFilePermissions(directory, DIRECTORY);
    }

    /** Makes a directory and its parents without looking at it: a file system may be mounted there that nobody serves, and whoever looks waits. */
    static void makeMountPoint(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null) {
            makeDirectories(parent);
        }
        try {
            Files.createDirectory(directory);
            Files.setPosixFilePermissions(directory, DIRECTORY);
        } catch (FileAlreadyExistsException _) {
            // Whether it is a directory, mounting tells.
        }
    }

    /** Replaces a file by rename, synced. */
    static void write(Path file, byte[] content) throws IOException {
        Path temporary = temporary(file);
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
            DurableFiles.writeFully(channel, ByteBuffer.wrap(content), temporary);
            channel.force(true);
        }
        rename(temporary, file);
        DurableFiles.syncDirectory(file.resolveSibling("."));
    }

    /** Does the same if the file has other content; where it is as wanted, nothing is written or synced. */
    static void update(Path file, byte[] content) throws IOException {
        if (!holds(file, content)) {
            write(file, content);
        }
    }

    /** Does that without syncing: for files that are looked at, and made anew if need be, whenever what they belong to is mounted. */
    static void updateUnsynced(Path file, byte[] content) throws IOException {
        if (!holds(file, content)) {
            Path temporary = temporary(file);
            Files.write(temporary, content);
            rename(temporary, file);
        }
    }

    private static boolean holds(Path file, byte[] content) throws IOException {
        return Files.exists(file) && Arrays.equals(Files.readAllBytes(file), content);
    }

    /** Returns the name under which a file is written before it is one. */
    static Path temporary(Path file) {
        return file.resolveSibling(file.getFileName() + TEMPORARY);
    }

    /** Gives a temporary file its name; until it is synced, a power cut may undo that. */
    static void rename(Path temporary, Path file) throws IOException {
        Files.setPosixFilePermissions(temporary, FILE);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Puts a symbolic link in place of whatever has the name. */
    static void link(Path link, String target) throws IOException {
        if (Files.isSymbolicLink(link)
                && Files.readSymbolicLink(link).toString().equals(target)) {
            return;
        }
        Path temporary = temporary(link);
        Files.deleteIfExists(temporary);
        Files.createSymbolicLink(temporary, Path.of(target));
        Files.move(temporary, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Returns the names in a directory, none if it is missing. */
    static List<String> names(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> String.valueOf(entry.getFileName())).toList();
        }
    }

    /** Returns the name of the file that a temporary file was to become; any other name as it is. */
    static String withoutTemporary(String name) {
        return name.endsWith(TEMPORARY) ? name.substring(0, name.length() - TEMPORARY.length()) : name;
    }

    /**
     * Takes away a directory of plain files and links with these names, temporary ones too.
     *
     * @throws FileSystemException if it holds anything else; then nothing in it is touched
     */
    static void removeDirectory(Path directory, Collection<String> files) throws IOException {
        List<String> names = names(directory);
        List<String> others = names.stream()
                .filter(name -> !files.contains(withoutTemporary(name)))
                .toList();
        if (!others.isEmpty()) {
            throw new FileSystemException(directory.toString(), null, "holds what is not ours: " + others);
        }
        for (String name : names) {
            Files.delete(directory.resolve(name));
        }
        Files.deleteIfExists(directory);
    }
}
