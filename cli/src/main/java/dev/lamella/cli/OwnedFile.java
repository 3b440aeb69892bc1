package dev.lamella.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/**
 * A configuration file that is Lamella's alone, beside the engine's own: made, kept up to date and removed as a whole. Its first line says
 * so, and a file without that line is somebody else's and never touched.
 *
 * @param path where it is
 * @param content the whole content; its first two lines hold {@link #MARK}
 * @param permissions such as {@code rw-r--r--}
 */
record OwnedFile(Path path, String content, String permissions) {

    static final String MARK = "written by lamella configure";

    /** What became of a file. */
    enum Outcome {
        UNCHANGED,
        WRITTEN,
        DELETED
    }

    OwnedFile {
        if (!isMarked(content)) {
            throw new IllegalArgumentException("the mark is missing: " + path);
        }
    }

    private static boolean isMarked(String text) {
        return text.lines().limit(2).anyMatch(line -> line.contains(MARK));
    }

    /** Returns whether the file is there with the content it is to have. */
    boolean hasContent() throws IOException {
        return Files.exists(path) && Arrays.equals(Files.readAllBytes(path), bytes());
    }

    /** Returns whether the file, which is there, has the permissions it is to have. */
    boolean hasPermissions() throws IOException {
        return Files.getPosixFilePermissions(path).equals(PosixFilePermissions.fromString(permissions));
    }

    private byte[] bytes() {
        return content.getBytes(StandardCharsets.UTF_8);
    }

    /** Makes the file, or brings it up to date. */
    Outcome write() throws IOException {
        if (hasContent() && hasPermissions()) {
            return Outcome.UNCHANGED;
        }
        requireOurs();
        Path directory = path.getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        AtomicFile.write(path, bytes(), AtomicFile.Rights.of(permissions));
        return Outcome.WRITTEN;
    }

    /** Removes the file, also one that an earlier version or another configuration wrote. */
    Outcome delete() throws IOException {
        if (Files.notExists(path)) {
            return Outcome.UNCHANGED;
        }
        requireOurs();
        Files.delete(path);
        return Outcome.DELETED;
    }

    private void requireOurs() throws IOException {
        if (Files.exists(path) && !isMarked(Files.readString(path, StandardCharsets.ISO_8859_1))) {
            throw new CommandException(
                    ExitCode.CANNOT_CREATE, "%s: is there and was not %s; move it away".formatted(path, MARK));
        }
    }
}
