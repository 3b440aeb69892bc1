package dev.lamella.jobs;

import java.io.IOException;
import java.io.Serial;

/** A database could not be opened; says which one, why, and what to do. */
public final class DatabaseException extends IOException {

    @Serial
    private static final long serialVersionUID = 1;

    DatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
