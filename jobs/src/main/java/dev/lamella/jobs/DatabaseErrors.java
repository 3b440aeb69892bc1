package dev.lamella.jobs;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.h2.api.ErrorCode;

/** What database errors mean. */
final class DatabaseErrors {

    /** Serialization failure, deadlock, unique violation (another transaction made the row first). */
    private static final Set<String> CONFLICTS = Set.of("40001", "40P01", "23505");

    /** PostgreSQL shuts down, crashed, starts up, has no connection left, refuses to wait; a broken pipe. */
    private static final Set<String> GONE = Set.of("57P01", "57P02", "57P03", "53300", "57P05");

    private static final Set<Integer> H2_CONFLICTS =
            Set.of(ErrorCode.CONCURRENT_UPDATE_1, ErrorCode.DEADLOCK_1, ErrorCode.LOCK_TIMEOUT_1);

    private static final Set<Integer> H2_GONE = Set.of(
            ErrorCode.DATABASE_IS_CLOSED, ErrorCode.IO_EXCEPTION_1, ErrorCode.IO_EXCEPTION_2, ErrorCode.OBJECT_CLOSED);

    /** What HikariCP says, without any code, of a connection that it took back because it was broken. */
    private static final String CLOSED_BY_POOL = "Connection is closed";

    private static final int DEPTH_MAX = 20;

    private DatabaseErrors() {}

    /** Returns whether the same transaction, done again, may succeed. */
    static boolean isConflict(Throwable failure) {
        return !isGone(failure)
                && sqlFailures(failure)
                        .anyMatch(e -> CONFLICTS.contains(state(e)) || H2_CONFLICTS.contains(e.getErrorCode()));
    }

    /** Returns whether the database cannot be reached, or cannot answer for now. */
    static boolean isGone(Throwable failure) {
        return sqlFailures(failure)
                .anyMatch(e -> e instanceof SQLTransientConnectionException
                        || state(e).startsWith("08")
                        || GONE.contains(state(e))
                        || H2_GONE.contains(e.getErrorCode())
                        || CLOSED_BY_POOL.equals(e.getMessage()));
    }

    /** Returns the first SQL exception among the causes. */
    static Optional<SQLException> sql(Throwable failure) {
        return sqlFailures(failure).findFirst();
    }

    /** The failure, its causes, and what was suppressed while it was cleaned up after them. */
    private static Stream<SQLException> sqlFailures(Throwable failure) {
        return causes(failure)
                .flatMap(t -> Stream.concat(
                        Stream.of(t), Arrays.stream(t.getSuppressed()).flatMap(DatabaseErrors::causes)))
                .filter(SQLException.class::isInstance)
                .map(SQLException.class::cast);
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(DEPTH_MAX);
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }
}
