package dev.lamella.volume;

import dev.lamella.filetree.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/** The SHA-256 of a file. Safe for use by several threads. */
public final class FileHash {

    private static final int BUFFER_BYTES = 256 * 1024;

    private FileHash() {}

    /**
     * Reads a file to its end and returns its SHA-256.
     *
     * @throws IOException if it is missing or cannot be read
     */
    public static Digest sha256(Path file) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                sha256.update(buffer, 0, count);
            }
        }
        return Digest.ofSha256(sha256.digest());
    }
}
