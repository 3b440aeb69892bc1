package dev.lamella.cli;

import java.io.IOException;

/** What a command itself finds wrong, with the code to exit with. */
final class CommandException extends IOException {
    private static final long serialVersionUID = 1L;

    private final ExitCode code;

    CommandException(ExitCode code, String message) {
        super(message);
        this.code = code;
    }

    ExitCode code() {
        return code;
    }
}
