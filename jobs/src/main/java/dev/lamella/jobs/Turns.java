package dev.lamella.jobs;

import org.jdbi.v3.core.Handle;

/**
 * Fairness between repositories: start-time fair queuing, one line for each priority. A job's turn is the latest one served or the repository's
 * next, whichever is greater; so a repository that was idle comes at once, however many jobs of others wait, and gains nothing from having been
 * idle. Decision 117.
 */
final class Turns {

    /** The turn of a job that has none, because it pauses. */
    static final long NONE = -1;

    private Turns() {}

    /**
     * Takes turns for jobs of one repository.
     *
     * @param flow whose
     * @param count how many, one after the other
     * @return the first of them
     */
    static long take(Handle handle, Flow flow, int count) {
        long served = handle.createQuery("select turn from served where priority = :priority")
                .bind("priority", flow.priority().rank())
                .mapTo(Long.class)
                .one();
        long finish = handle.createQuery(
                        "select finish from flow where priority = :priority and repository = :repository"
                                + " and retries = :retries for update")
                .bind("priority", flow.priority().rank())
                .bind("repository", flow.repository())
                .bind("retries", flow.retries())
                .mapTo(Long.class)
                .findOne()
                .orElse(NONE);
        long first = Math.max(served, finish);
        String change = finish == NONE
                ? "insert into flow (priority, repository, retries, finish)"
                        + " values (:priority, :repository, :retries, :finish)"
                : "update flow set finish = :finish"
                        + " where priority = :priority and repository = :repository and retries = :retries";
        handle.createUpdate(change)
                .bind("priority", flow.priority().rank())
                .bind("repository", flow.repository())
                .bind("retries", flow.retries())
                .bind("finish", first + count)
                .execute();
        return first;
    }

    /** Notes that a turn is being served. */
    static void served(Handle handle, JobPriority priority, long turn) {
        handle.createUpdate("update served set turn = :turn where priority = :priority and turn < :turn")
                .bind("priority", priority.rank())
                .bind("turn", turn)
                .execute();
    }

    /** Forgets repositories that have no turn to come; a repository without a row is served as if it had one. */
    static int forgetIdle(Handle handle) {
        return handle.execute(
                "delete from flow where finish <= (select turn from served where served.priority = flow.priority)");
    }

    /**
     * Who takes turns.
     *
     * @param priority in which line
     * @param repository whose jobs
     * @param retries whether for first attempts or for later ones; these have turns of their own, else they would wait behind all that their own
     *     repository has submitted since
     */
    record Flow(JobPriority priority, String repository, boolean retries) implements Comparable<Flow> {

        /** An order in which all transactions lock them. */
        @Override
        public int compareTo(Flow other) {
            int order = priority.compareTo(other.priority);
            order = order != 0 ? order : repository.compareTo(other.repository);
            return order != 0 ? order : Boolean.compare(retries, other.retries);
        }
    }
}
