package dev.lamella.oci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads files of a user for a process that may read everything: no link within the user's directories is followed and each file must belong to
 * the user, as else one could have another's secrets used by linking to them.
 *
 * @param uid whose files
 * @param directories the user's own directories; how one gets to them is trusted
 */
record OwnedFiles(int uid, List<Path> directories) {

    private static final Set<OpenOption> READ_THIS = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    OwnedFiles {
        directories = List.copyOf(directories);
    }

    /** Reads a file below one of the directories; empty if it is missing, behind a link, not the user's, or larger. */
    Optional<byte[]> read(Path file, int bytesMax) {
        for (Path directory : directories) {
            if (file.startsWith(directory) && !file.equals(directory)) {
                try (DirectoryStream<Path> opened = Files.newDirectoryStream(directory)) {
                    if (opened instanceof SecureDirectoryStream<Path> secure
                            && Integer.valueOf(uid).equals(Files.getAttribute(directory, "unix:uid"))) {
                        UserPrincipal owner = secure.getFileAttributeView(PosixFileAttributeView.class)
                                .readAttributes()
                                .owner();
                        return read(secure, directory.relativize(file), owner, bytesMax);
                    }
                } catch (IOException _) {
                    // Missing, or a link, which is "too many levels of links": there are no credentials here.
                }
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Optional<byte[]> read(
            SecureDirectoryStream<Path> directory, Path relative, UserPrincipal owner, int bytesMax)
            throws IOException {
        Path first = relative.getName(0);
        if (relative.getNameCount() > 1) {
            try (SecureDirectoryStream<Path> next = directory.newDirectoryStream(first, LinkOption.NOFOLLOW_LINKS)) {
                return read(next, relative.subpath(1, relative.getNameCount()), owner, bytesMax);
            }
        }
        PosixFileAttributes attributes = directory
                .getFileAttributeView(first, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
        if (!attributes.isRegularFile() || !attributes.owner().equals(owner)) {
            return Optional.empty();
        }
        try (SeekableByteChannel channel = directory.newByteChannel(first, READ_THIS);
                InputStream in = Channels.newInputStream(channel)) {
            byte[] content = in.readNBytes(bytesMax + 1);
            return content.length > bytesMax ? Optional.empty() : Optional.of(content);
        }
    }
}
