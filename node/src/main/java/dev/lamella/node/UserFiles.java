package dev.lamella.node;

import dev.lamella.linux.Errno;
import dev.lamella.linux.FileStatus;
import dev.lamella.linux.LinuxException;
import dev.lamella.linux.OpenFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Reads files that other users have made, for a process that may read everything. What is found behind their links is read only if it belongs
 * to them (or to root), so that nobody has another's file read; pipes and devices are not even opened; and no error says what a file holds.
 */
public final class UserFiles {

    private UserFiles() {}

    /**
     * Reads a whole file.
     *
     * @param owners the users it may belong to, besides root
     * @param bytesMax the most it may hold
     * @return the content; empty if there is no such file
     * @throws UserFileException if it is not a plain file of one of these users, too large, or cannot be read
     */
    public static Optional<byte[]> read(Path file, Set<Long> owners, int bytesMax) throws UserFileException {
        try (OpenFile found = OpenFile.asPath(file)) {
            FileStatus status = FileStatus.of(found);
            if (!status.isRegularFile()) {
                throw new UserFileException(file, "not a plain file");
            }
            if (status.uid() != 0 && !owners.contains(status.uid())) {
                throw new UserFileException(file, "belongs to user %d".formatted(status.uid()));
            }
            if (status.sizeBytes() > bytesMax) {
                throw new UserFileException(
                        file, "%d bytes, at most %d are read".formatted(status.sizeBytes(), bytesMax));
            }
            return Optional.of(content(found, file, bytesMax));
        } catch (LinuxException e) {
            boolean isMissing = e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR;
            if (isMissing) {
                return Optional.empty();
            }
            throw new UserFileException(file, String.valueOf(e.getMessage()));
        } catch (UserFileException e) {
            throw e;
        } catch (IOException e) {
            throw new UserFileException(file, "cannot be read: " + e.getClass().getSimpleName());
        }
    }

    /** Reads the very file that was looked at, whatever has its name by now. */
    private static byte[] content(OpenFile found, Path file, int bytesMax) throws IOException {
        try (InputStream in = Files.newInputStream(Path.of(found.path()))) {
            byte[] content = in.readNBytes(bytesMax + 1);
            if (content.length > bytesMax) {
                throw new UserFileException(file, "more than %d bytes".formatted(bytesMax));
            }
            return content;
        }
    }
}
