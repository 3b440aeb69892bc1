package dev.lamella.jobs;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Which database.
 *
 * @param place where it is
 * @param limits bounds
 */
public record DatabaseConfig(Place place, DatabaseLimits limits) {

    /** Where a database is. */
    public sealed interface Place {

        /**
         * A directory of this process alone, with H2.
         *
         * @param directory made if it is missing
         */
        record Embedded(Path directory) implements Place {

            /** Makes the path absolute. */
            public Embedded {
                directory = directory.toAbsolutePath().normalize();
                if (directory.toString().contains(";")) {
                    throw new IllegalArgumentException(
                            "the database's directory " + directory + " has a semicolon, which H2 does not take");
                }
            }
        }

        /**
         * PostgreSQL 14 or later.
         *
         * @param url {@code jdbc:postgresql://HOST[:PORT]/DATABASE}, without user and password
         * @param user the role
         * @param password its password, never shown; empty where the server asks for none
         */
        record Postgresql(String url, String user, Optional<String> password) implements Place {

            /** Checks the URL. */
            public Postgresql {
                if (!url.startsWith("jdbc:postgresql:")) {
                    throw new IllegalArgumentException(
                            "the database's URL must begin with jdbc:postgresql: (a directory means H2)");
                }
                String lower = url.toLowerCase(Locale.ROOT);
                if (lower.contains("password=") || lower.contains("@")) {
                    throw new IllegalArgumentException(
                            "the database's URL has a user or password in it; give them as settings of their own");
                }
            }

            /** Leaves the password out. */
            @Override
            public String toString() {
                return "Postgresql[url=%s, user=%s]".formatted(url, user);
            }
        }
    }

    /** Returns the configuration of a directory. */
    public static DatabaseConfig embedded(Path directory) {
        return new DatabaseConfig(new Place.Embedded(directory), DatabaseLimits.DEFAULT);
    }

    /** Returns the configuration of a PostgreSQL. */
    public static DatabaseConfig postgresql(String url, String user, Optional<String> password) {
        return new DatabaseConfig(new Place.Postgresql(url, user, password), DatabaseLimits.DEFAULT);
    }

    /** Returns it with other bounds. */
    public DatabaseConfig withLimits(DatabaseLimits other) {
        return new DatabaseConfig(place, other);
    }
}
