package dev.lamella.door;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Home directories by number of user, from {@code passwd(5)}. Users known elsewhere (LDAP) are not found, and count as nobody. */
final class Accounts {

    private static final int LINES_MAX = 100_000;
    private static final int UID = 2;
    private static final int HOME = 5;

    private final Path file;

    Accounts(Path file) {
        this.file = file;
    }

    /** Returns a user's home directory. */
    Optional<Path> home(int uid) {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            int read = 0;
            for (String line = lines.readLine(); line != null && read < LINES_MAX; line = lines.readLine()) {
                String[] fields = line.split(":", -1);
                if (fields.length > HOME && fields[UID].equals(String.valueOf(uid)) && fields[HOME].startsWith("/")) {
                    return Optional.of(Path.of(fields[HOME]).normalize());
                }
                read++;
            }
        } catch (IOException | RuntimeException _) {
            // A file that cannot be read names nobody.
        }
        return Optional.empty();
    }
}
