package dev.lamella.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Writing that survives a power failure, with errors that say how much room was missing. Safe for use by several
 * threads.
 */
public final class DurableFiles {

    private DurableFiles() {}

    /**
     * Writes a new read-only file (mode 0444) and syncs it; its directory is the caller's to sync.
     *
     * @throws DiskFullException if there is no room
     * @throws IOException if the file exists or cannot be written
     */
    public static void writeReadOnly(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            writeFully(channel, ByteBuffer.wrap(content), file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
            channel.force(true);
        }
    }

    /** Makes a file read-only for everyone (mode 0444) and syncs it. */
    public static void sealFile(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Syncs a directory, so that the names made, moved and removed in it stay so. */
    public static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Checks that there is room.
     *
     * @param path a file or directory of the file system in question
     * @param neededBytes bytes that must be free
     * @throws DiskFullException if fewer are
     */
    public static void requireFree(Path path, long neededBytes) throws IOException {
        long freeBytes = freeBytes(path);
        if (freeBytes < neededBytes) {
            throw new DiskFullException(path, neededBytes, freeBytes);
        }
    }

    /** A {@link java.nio.file.FileStore} reads the mounts of the whole machine first, of which a node has one for each layer. */
    private static long freeBytes(Path path) throws IOException {
        long freeBytes = path.toFile().getUsableSpace();
        return freeBytes > 0 ? freeBytes : Files.getFileStore(path).getUsableSpace(); // which also tells a missing file
    }

    /**
     * Writes all that remains in a buffer at the channel's position.
     *
     * @param file what the channel writes to, for messages
     * @throws DiskFullException if there is no room
     */
    public static void writeFully(FileChannel channel, ByteBuffer buffer, Path file) throws IOException {
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw explain(e, file, buffer.remaining());
        }
    }

    /** Returns the error of a full disk if that is what an error of writing means; else the error itself. */
    static IOException explain(IOException e, Path file, long neededBytes) throws IOException {
        // Only the kernel's words tell a full disk or quota from other failures; the free space settles the rest.
        String message = String.valueOf(e.getMessage());
        long freeBytes = freeBytes(file);
        if (message.contains("No space left") || message.contains("quota exceeded") || freeBytes < neededBytes) {
            var full = new DiskFullException(file, neededBytes, freeBytes);
            full.initCause(e);
            return full;
        }
        return e;
    }
}
