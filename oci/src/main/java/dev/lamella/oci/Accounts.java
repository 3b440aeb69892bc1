package dev.lamella.oci;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The users of this machine and their home directories, from {@code passwd(5)}. Users known elsewhere (LDAP) are not found. Read anew each
 * time. Immutable and thread-safe.
 */
public final class Accounts {

    /** Where every Linux has them. */
    public static final Path SYSTEM = Path.of("/etc/passwd");

    private static final int LINES_MAX = 100_000;
    private static final int NAME = 0;
    private static final int UID = 2;
    private static final int HOME = 5;

    private final Path file;

    /**
     * A user.
     *
     * @param name what the user is called
     * @param uid the user's number
     * @param home the home directory, an absolute path
     */
    public record Account(String name, int uid, Path home) {}

    /** Makes a reader of a file. */
    public Accounts(Path file) {
        this.file = file;
    }

    /** Returns all users with a home directory; none if the file cannot be read. */
    public List<Account> all() {
        var accounts = new ArrayList<Account>();
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            int read = 0;
            for (String line = lines.readLine(); line != null && read < LINES_MAX; line = lines.readLine()) {
                account(line).ifPresent(accounts::add);
                read++;
            }
        } catch (IOException _) {
            // A file that cannot be read names nobody.
        }
        return accounts;
    }

    /** Returns a user's home directory. */
    public Optional<Path> home(int uid) {
        return all().stream()
                .filter(account -> account.uid() == uid)
                .map(Account::home)
                .findFirst();
    }

    private static Optional<Account> account(String line) {
        String[] fields = line.split(":", -1);
        if (fields.length <= HOME || !fields[HOME].startsWith("/")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Account(
                    fields[NAME],
                    Integer.parseInt(fields[UID]),
                    Path.of(fields[HOME]).normalize()));
        } catch (NumberFormatException | InvalidPathException _) {
            return Optional.empty();
        }
    }
}
