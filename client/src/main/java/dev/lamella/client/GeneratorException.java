package dev.lamella.client;

import java.io.IOException;
import java.util.Optional;

/** The generator refused a request, or gave no answer that can be understood. */
public final class GeneratorException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Problem> problem;

    /** Makes the exception of a refusal. */
    GeneratorException(String what, Problem problem) {
        super("%s: %s: %s".formatted(what, problem.title(), problem.detail()));
        this.problem = Optional.of(problem);
    }

    /** Makes the exception of an answer that did not come, or cannot be understood. */
    GeneratorException(String message, Throwable cause) {
        super(message, cause);
        this.problem = Optional.empty();
    }

    /** Makes the exception of an answer that cannot be understood. */
    GeneratorException(String message) {
        super(message);
        this.problem = Optional.empty();
    }

    /** Returns what the generator said. */
    public Optional<Problem> problem() {
        return problem;
    }

    /** Returns the status of the answer, 0 if there was none. */
    public int status() {
        return problem.map(Problem::status).orElse(0);
    }
}
