package dev.lamella.jobs;

import java.io.Serial;

/** A {@link JobRunner} throws it for what trying again cannot mend; the job becomes a dead letter at once. */
public class PermanentFailureException extends Exception {

    @Serial
    private static final long serialVersionUID = 1;

    /** With a message for whoever reads the dead letter. */
    public PermanentFailureException(String message) {
        super(message);
    }

    /** With a message for whoever reads the dead letter, and what led to it. */
    public PermanentFailureException(String message, Throwable cause) {
        super(message, cause);
    }
}
