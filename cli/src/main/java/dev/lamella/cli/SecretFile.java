package dev.lamella.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/** Files that hold one secret: a password, a token, a key. */
final class SecretFile {

    private SecretFile() {}

    /**
     * Reads a secret; white space around it does not count.
     *
     * @throws ConfigException if it is missing, empty or too long, or if anybody may read it
     */
    static String read(Path file, long bytesMax) throws IOException {
        String secret = TextFile.read(file, bytesMax).strip();
        if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
            throw new ConfigException(file, 0, 0, "a secret that anybody may read: chmod o-r it");
        }
        if (secret.isEmpty() || secret.chars().anyMatch(Character::isISOControl)) {
            throw new ConfigException(file, 0, 0, "expected one line with a secret");
        }
        return secret;
    }
}
