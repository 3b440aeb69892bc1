package dev.lamella.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * A TOML file beside the configuration, with tables that a site gives names to. Like there, what is not known is an error with its place.
 * For one thread.
 */
final class SettingsFile {

    private static final long FILE_BYTES_MAX = 1 << 20;
    private static final int SECTIONS_MAX = 10_000;

    private final Path file;
    private final TomlParseResult toml;
    private final List<Section> read = new ArrayList<>();

    private SettingsFile(Path file, TomlParseResult toml) {
        this.file = file;
        this.toml = toml;
    }

    /**
     * Reads a file.
     *
     * @throws ConfigException if it is missing, too large, or not TOML
     */
    static SettingsFile read(Path file) throws IOException {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new ConfigException(file, 0, 0, "larger than %s".formatted(ByteSize.exact(FILE_BYTES_MAX)));
            }
            return parse(Files.readString(file), file);
        } catch (NoSuchFileException _) {
            throw new ConfigException(file, 0, 0, "no such file");
        } catch (CharacterCodingException _) {
            throw new ConfigException(file, 0, 0, "not a text in UTF-8");
        }
    }

    static SettingsFile parse(String text, Path file) throws ConfigException {
        TomlParseResult toml = Toml.parse(text);
        if (toml.hasErrors()) {
            TomlParseError first = toml.errors().getFirst();
            throw new ConfigException(
                    file,
                    first.position().line(),
                    first.position().column(),
                    String.valueOf(first.getMessage()).replaceAll("\\s*\\R\\s*", " "));
        }
        return new SettingsFile(file, toml);
    }

    /** Returns a table; an empty one if it is not there. */
    Section section(String name) throws ConfigException {
        Object value = toml.get(List.of(name));
        if (value != null && !(value instanceof TomlTable)) {
            throw wrong(List.of(name), "%s: expected a table [%s]".formatted(name, name));
        }
        var section = new Section(List.of(name), value instanceof TomlTable table ? table : Toml.parse(""));
        read.add(section);
        return section;
    }

    /** Returns the tables below a table, as {@code [name.a]} and {@code [name.b]}, by their own names, in the order of the file. */
    Map<String, Section> sections(String name) throws ConfigException {
        Section outer = section(name);
        var sections = new LinkedHashMap<String, Section>();
        for (String inner : outer.table.keySet()) {
            List<String> path = List.of(name, inner);
            outer.known.add(inner);
            if (!(outer.table.get(List.of(inner)) instanceof TomlTable table)) {
                throw wrong(path, "%s: expected a table [%s.NAME]".formatted(String.join(".", path), name));
            }
            if (sections.size() == SECTIONS_MAX) {
                throw wrong(path, "more than %d tables [%s.NAME]".formatted(SECTIONS_MAX, name));
            }
            var section = new Section(path, table);
            read.add(section);
            sections.put(inner, section);
        }
        return sections;
    }

    /** Says that all has been asked for: whatever else is in the file is a mistake. */
    void requireNothingElse() throws ConfigException {
        for (String name : toml.keySet()) {
            if (read.stream().noneMatch(section -> section.path.getFirst().equals(name))) {
                throw wrong(List.of(name), "unknown table or key \"%s\"".formatted(name));
            }
        }
        for (Section section : read) {
            for (String key : section.table.keySet()) {
                if (!section.known.contains(key)) {
                    throw section.wrong(
                            key, "unknown key \"%s\"; known here: %s".formatted(key, String.join(", ", section.known)));
                }
            }
        }
    }

    private ConfigException wrong(List<String> path, String reason) {
        TomlPosition position = toml.inputPositionOf(path);
        return position == null
                ? new ConfigException(file, 0, 0, reason)
                : new ConfigException(file, position.line(), position.column(), reason);
    }

    /** A table of the file. */
    final class Section {
        private final List<String> path;
        private final TomlTable table;
        private final TreeSet<String> known = new TreeSet<>();

        private Section(List<String> path, TomlTable table) {
            this.path = path;
            this.table = table;
        }

        /** Returns its name with those above it, as {@code sources.api}. */
        String name() {
            return String.join(".", path);
        }

        /** Returns the value of a key, if it is there. */
        <T> Optional<T> get(String key, ConfigType<T> type) throws ConfigException {
            known.add(key);
            Object value = table.get(List.of(key));
            if (value == null) {
                return Optional.empty();
            }
            Optional<T> read = type.reader().read(value);
            if (read.isEmpty()) {
                throw wrong(key, "%s.%s: expected %s".formatted(name(), key, type.expects()));
            }
            return read;
        }

        /** Returns the value of a key that must be there. */
        <T> T require(String key, ConfigType<T> type) throws ConfigException {
            return get(key, type)
                    .orElseThrow(() -> SettingsFile.this.wrong(
                            path, "%s.%s is missing: expected %s".formatted(name(), key, type.expects())));
        }

        /** Says that a value is wrong, or the table if the key is not there. */
        ConfigException wrong(String key, String reason) {
            List<String> place = Stream.concat(path.stream(), Stream.of(key)).toList();
            return SettingsFile.this.wrong(table.contains(List.of(key)) ? place : path, reason);
        }
    }
}
