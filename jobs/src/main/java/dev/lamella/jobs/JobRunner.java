package dev.lamella.jobs;

/**
 * Does what jobs want. Called by several threads at once, and by the same job again after a failure, a kill or a lost database: the second
 * time must do no harm.
 */
@FunctionalInterface
public interface JobRunner {

    /**
     * Runs one attempt. The thread is interrupted, about twice in a second until it returns, when the job is cancelled, the attempt takes too
     * long, the generator stops or was taken for dead; the attempt should then end soon, with whatever exception.
     *
     * @return how it ended
     * @throws PermanentFailureException if trying again is of no use
     * @throws Exception if trying again may help; the message is kept and shown, so it must not have secrets in it
     */
    Outcome run(Job job, JobContext context) throws Exception;
}
