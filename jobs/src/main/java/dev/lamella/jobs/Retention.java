package dev.lamella.jobs;

/**
 * How long jobs that have ended are kept. The older ones go, one after the other, once either bound is passed.
 *
 * @param days days since they ended
 * @param jobs how many
 */
public record Retention(int days, int jobs) {

    /** 30 days, a hundred thousand jobs. */
    public static final Retention DEFAULT = new Retention(30, 100_000);

    /** Checks the numbers. */
    public Retention {
        if (days < 1 || jobs < 0) {
            throw new IllegalArgumentException("%d days, %d jobs".formatted(days, jobs));
        }
    }
}
