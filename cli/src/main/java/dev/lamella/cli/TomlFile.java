package dev.lamella.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;

/**
 * A TOML file, and the places of what is in it.
 *
 * @param file where it is, for messages
 * @param toml what is in it, without errors of syntax
 */
record TomlFile(Path file, TomlParseResult toml) {

    private static final long BYTES_MAX = 1 << 20;

    /**
     * Reads a file.
     *
     * @throws ConfigException if it is missing, too large, or not TOML
     */
    static TomlFile read(Path file) throws IOException {
        return parse(TextFile.read(file, BYTES_MAX), file);
    }

    static TomlFile parse(String text, Path file) throws ConfigException {
        TomlParseResult toml = Toml.parse(text);
        if (toml.hasErrors()) {
            TomlParseError first = toml.errors().getFirst();
            throw new ConfigException(
                    file,
                    first.position().line(),
                    first.position().column(),
                    String.valueOf(first.getMessage()).replaceAll("\\s*\\R\\s*", " "));
        }
        return new TomlFile(file, toml);
    }

    /** Says that what is at a path is wrong, with its place if there is one. */
    ConfigException wrong(List<String> path, String reason) {
        TomlPosition position = toml.inputPositionOf(path);
        return position == null
                ? new ConfigException(file, 0, 0, reason)
                : new ConfigException(file, position.line(), position.column(), reason);
    }
}
