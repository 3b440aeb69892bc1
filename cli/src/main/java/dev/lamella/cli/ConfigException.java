package dev.lamella.cli;

import java.io.IOException;
import java.nio.file.Path;

/** The configuration file says something that Lamella does not understand. */
final class ConfigException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final int line;
    private final int column;

    /**
     * Makes the exception.
     *
     * @param file the configuration file
     * @param line where in it, from 1; 0 where no place can be named
     * @param column the column, from 1
     * @param reason what is wrong and what was expected
     */
    ConfigException(Path file, int line, int column, String reason) {
        super(line == 0 ? "%s: %s".formatted(file, reason) : "%s:%d:%d: %s".formatted(file, line, column, reason));
        this.file = file;
        this.line = line;
        this.column = column;
    }

    Path file() {
        return file;
    }

    int line() {
        return line;
    }

    int column() {
        return column;
    }
}
