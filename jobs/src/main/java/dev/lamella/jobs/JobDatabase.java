package dev.lamella.jobs;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.h2.api.ErrorCode;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The database of the queue, open. Thread-safe; whatever uses it must be closed before. */
public final class JobDatabase implements AutoCloseable {

    /** How often a transaction is done that another one got into the way of. */
    private static final int CONFLICTS_MAX = 10;

    /** The transaction of the current thread, if it is in one. */
    private static final ScopedValue<Handle> TRANSACTION = ScopedValue.newInstance();

    /** Set while the current thread makes several transactions durable at once; true when there is something to make durable. */
    private static final ScopedValue<AtomicBoolean> TOGETHER = ScopedValue.newInstance();

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final boolean embedded;
    private final SharedSync checkpoints;

    private JobDatabase(HikariDataSource pool, boolean embedded) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        this.embedded = embedded;
        this.checkpoints = new SharedSync(() -> jdbi.useHandle(handle -> handle.execute("checkpoint sync")));
    }

    /**
     * Opens a database and brings its tables up to date.
     *
     * @throws DatabaseException if it cannot be reached within the limits, is used by another process (H2), or is of a later version
     */
    public static JobDatabase open(DatabaseConfig config) throws DatabaseException {
        return switch (config.place()) {
            case DatabaseConfig.Place.Embedded place -> openEmbedded(place, config.limits());
            case DatabaseConfig.Place.Postgresql place -> openPostgresql(place, config.limits());
        };
    }

    private static JobDatabase openEmbedded(DatabaseConfig.Place.Embedded place, DatabaseLimits limits)
            throws DatabaseException {
        Path directory = place.directory();
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory);
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw new DatabaseException("the directory " + directory + " cannot be made: " + e, e);
        }
        HikariConfig pool = pool(limits);
        pool.setJdbcUrl("jdbc:h2:async:%s;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=%d"
                .formatted(directory.resolve("jobs"), limits.answerMillis()));
        pool.setUsername("sa");
        return open(pool, "H2 in " + directory, true);
    }

    private static JobDatabase openPostgresql(DatabaseConfig.Place.Postgresql place, DatabaseLimits limits)
            throws DatabaseException {
        HikariConfig pool = pool(limits);
        pool.setJdbcUrl(place.url());
        pool.setUsername(place.user());
        place.password().ifPresent(pool::setPassword);
        pool.addDataSourceProperty("ApplicationName", "lamella");
        pool.addDataSourceProperty("connectTimeout", Long.toString(seconds(limits.connectMillis())));
        pool.addDataSourceProperty("socketTimeout", Long.toString(seconds(limits.answerMillis()) + 1));
        pool.addDataSourceProperty("tcpKeepAlive", "true");
        pool.setConnectionInitSql("set lock_timeout = %d; set statement_timeout = %d"
                .formatted(limits.answerMillis(), limits.answerMillis()));
        return open(pool, place.url(), false);
    }

    private static long seconds(long millis) {
        return Math.max(1, TimeUnit.MILLISECONDS.toSeconds(millis + 999));
    }

    private static HikariConfig pool(DatabaseLimits limits) {
        var pool = new HikariConfig();
        pool.setPoolName("jobs");
        pool.setMaximumPoolSize(limits.connections());
        pool.setConnectionTimeout(limits.connectMillis());
        pool.setValidationTimeout(Math.min(limits.connectMillis(), 2_000));
        pool.setInitializationFailTimeout(limits.connectMillis());
        return pool;
    }

    private static JobDatabase open(HikariConfig config, String name, boolean embedded) throws DatabaseException {
        HikariDataSource pool;
        try {
            pool = new HikariDataSource(config);
        } catch (RuntimeException e) {
            throw new DatabaseException(whyNot(name, e), e);
        }
        try {
            Flyway.configure(JobDatabase.class.getClassLoader())
                    .dataSource(pool)
                    .locations("classpath:dev/lamella/jobs/migrations")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            pool.close();
            throw new DatabaseException(
                    "the tables of " + name + " cannot be brought up to date: " + e.getMessage(), e);
        }
        var database = new JobDatabase(pool, embedded);
        if (embedded) {
            database.forgetFormerProcess();
        }
        return database;
    }

    /** Only one process can have the file open, so whatever was picked was picked by one that is gone; nobody need wait for heartbeats. */
    private void forgetFormerProcess() {
        run(handle -> {
            String longAgo =
                    " set last_heartbeat = timestamp with time zone '1970-01-01 00:00:00+00:00' where picked = true";
            handle.execute("update job_schedule" + longAgo);
            handle.execute("update maintenance_schedule" + longAgo);
        });
    }

    private static String whyNot(String name, RuntimeException failure) {
        SQLException sql = DatabaseErrors.sql(failure).orElse(null);
        if (sql != null && sql.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1) {
            return name + " is used by another process; stop that generator, or give this one a directory of its own"
                    + " (several generators need PostgreSQL)";
        }
        return "the database %s cannot be opened: %s; check that it runs, and its name, user and password"
                .formatted(name, sql == null ? failure.getMessage() : sql.getMessage());
    }

    /**
     * Does something in one transaction and makes it durable. If another transaction gets into the way it is done again, so it must change
     * nothing but the database. Within another one it becomes part of that.
     */
    <T> T transaction(Function<Handle, T> body) {
        if (TRANSACTION.isBound()) {
            return body.apply(TRANSACTION.get());
        }
        T result = attempt(body);
        makeDurable();
        return result;
    }

    /** Does something in one transaction, as {@link #transaction} does, that has no result. */
    void run(Consumer<Handle> body) {
        transaction(handle -> {
            body.accept(handle);
            return true;
        });
    }

    /**
     * Does several things that are each committed as ever, and makes them durable together before it returns; with H2 that takes as long as for one of
     * them. What was committed before an exception stays.
     *
     * @throws QueueUnavailableException if the database cannot be reached
     */
    public void together(Runnable body) {
        var written = new AtomicBoolean();
        ScopedValue.where(TOGETHER, written).run(body);
        if (written.get()) {
            makeDurable();
        }
    }

    /** Reads something, or writes what may be lost when the process is killed within the next second (H2). */
    <T> T relaxed(Function<Handle, T> body) {
        return TRANSACTION.isBound() ? body.apply(TRANSACTION.get()) : attempt(body);
    }

    private <T> T attempt(Function<Handle, T> body) {
        for (int tried = 1; ; tried++) {
            try {
                // Read committed, which is the default of both. To name it would hide a lost connection behind the
                // failure to set it back.
                return jdbi.inTransaction(
                        handle -> ScopedValue.where(TRANSACTION, handle).call(() -> body.apply(handle)));
            } catch (RuntimeException e) {
                if (DatabaseErrors.isGone(e)) {
                    throw unavailable(e);
                }
                if (tried == CONFLICTS_MAX || !DatabaseErrors.isConflict(e)) {
                    throw e;
                }
            }
        }
    }

    /**
     * Makes what was committed survive a kill. PostgreSQL's commits do. H2 writes them down within half a second, by the thread that also keeps
     * its file small; with WRITE_DELAY=0 it would write at once, but there would be no such thread, and the file would grow. Decision 116.
     */
    void makeDurable() {
        if (!embedded) {
            return;
        }
        if (TOGETHER.isBound()) {
            TOGETHER.get().set(true);
            return;
        }
        try {
            checkpoints.await();
        } catch (RuntimeException e) {
            throw DatabaseErrors.isGone(e) ? unavailable(e) : e;
        }
    }

    private static QueueUnavailableException unavailable(RuntimeException e) {
        String why = DatabaseErrors.sql(e).map(SQLException::getMessage).orElse(e.getMessage());
        return new QueueUnavailableException("the database of the queue cannot be reached: " + why, e);
    }

    /** Returns connections for db-scheduler: inside a transaction this one, else one of the pool. */
    DataSource connections() {
        return new TransactionDataSource(pool, TRANSACTION);
    }

    /** Returns whether this is H2. */
    boolean isEmbedded() {
        return embedded;
    }

    /** Closes all connections; H2 writes everything down and gives its file free. */
    @Override
    public void close() {
        pool.close();
    }
}
