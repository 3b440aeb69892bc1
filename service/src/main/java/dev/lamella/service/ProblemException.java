package dev.lamella.service;

import java.time.Duration;
import java.util.Optional;

/** A request that is answered with a problem. */
final class ProblemException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ProblemKind kind;
    private final transient Optional<Duration> retryAfter;

    ProblemException(ProblemKind kind, String detail) {
        super(detail);
        this.kind = kind;
        this.retryAfter = Optional.empty();
    }

    ProblemException(ProblemKind kind, String detail, Duration retryAfter) {
        super(detail);
        this.kind = kind;
        this.retryAfter = Optional.of(retryAfter);
    }

    static ProblemException badRequest(String detail) {
        return new ProblemException(ProblemKind.BAD_REQUEST, detail);
    }

    static ProblemException notFound(String detail) {
        return new ProblemException(ProblemKind.NOT_FOUND, detail);
    }

    ProblemKind kind() {
        return kind;
    }

    /** Returns what was wrong, where, and what was expected. */
    String detail() {
        return String.valueOf(getMessage());
    }

    /** Returns when to come back, if that helps. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
