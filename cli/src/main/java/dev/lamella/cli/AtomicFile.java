package dev.lamella.cli;

import dev.lamella.volume.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** Replaces files of the machine's configuration in one step: whoever reads one sees the former content or the new, also after a crash. */
final class AtomicFile {

    private AtomicFile() {}

    /** Gives a new file its owner and permissions. */
    @FunctionalInterface
    interface Rights {
        void give(Path file) throws IOException;

        /** The owner is this process, the permissions such as {@code rw-r--r--}. */
        static Rights of(String permissions) {
            return file -> Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        }

        /** Owner, group and permissions are those that an existing file has now. */
        static Rights as(Path other) throws IOException {
            PosixFileAttributes old = Files.readAttributes(other, PosixFileAttributes.class);
            return file -> {
                var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
                PosixFileAttributes now = view.readAttributes();
                // Only root may give files away: who need not, must not fail of it.
                if (!now.owner().equals(old.owner())) {
                    view.setOwner(old.owner());
                }
                if (!now.group().equals(old.group())) {
                    view.setGroup(old.group());
                }
                view.setPermissions(old.permissions());
            };
        }
    }

    /** Makes or replaces a file; its directory must exist. */
    static void write(Path target, byte[] content, Rights rights) throws IOException {
        Path temporary = target.resolveSibling(target.getFileName() + ".lamella-tmp");
        try {
            Files.deleteIfExists(temporary);
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                // Before the content is there, which not everybody may be allowed to read.
                rights.give(temporary);
                DurableFiles.writeFully(channel, ByteBuffer.wrap(content), temporary);
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            DurableFiles.syncDirectory(target.resolveSibling("."));
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
