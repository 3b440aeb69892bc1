package dev.lamella.jobs;

/**
 * Bounds of a database.
 *
 * @param connections open at once, at least 3
 * @param connectMillis how long to wait for a connection, from 250
 * @param answerMillis how long to wait for an answer of PostgreSQL, or for a row that another transaction holds
 */
public record DatabaseLimits(int connections, long connectMillis, long answerMillis) {

    /** Ten connections, 5 seconds, 30 seconds. */
    public static final DatabaseLimits DEFAULT = new DatabaseLimits(10, 5_000, 30_000);

    /** Checks the numbers. */
    public DatabaseLimits {
        if (connections < 3 || connectMillis < 250 || answerMillis < 250) {
            throw new IllegalArgumentException("at least 3 connections and 250 ms");
        }
    }
}
