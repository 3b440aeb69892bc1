package dev.lamella.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.tomlj.Toml;
import org.tomlj.TomlTable;

/**
 * A TOML file beside the configuration, with tables that a site gives names to. Like there, what is not known is an error with its place.
 * For one thread.
 */
final class SettingsFile {

    private static final int SECTIONS_MAX = 10_000;

    private final TomlFile source;
    private final List<Section> read = new ArrayList<>();

    private SettingsFile(TomlFile source) {
        this.source = source;
    }

    /**
     * Reads a file.
     *
     * @throws ConfigException if it is missing, too large, or not TOML
     */
    static SettingsFile read(Path file) throws IOException {
        return new SettingsFile(TomlFile.read(file));
    }

    /** Returns a table; an empty one if it is not there. */
    Section section(String name) throws ConfigException {
        Object value = source.toml().get(List.of(name));
        if (value != null && !(value instanceof TomlTable)) {
            throw source.wrong(List.of(name), "%s: expected a table [%s]".formatted(name, name));
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
                throw source.wrong(path, "%s: expected a table [%s.NAME]".formatted(String.join(".", path), name));
            }
            if (sections.size() == SECTIONS_MAX) {
                throw source.wrong(path, "more than %d tables [%s.NAME]".formatted(SECTIONS_MAX, name));
            }
            var section = new Section(path, table);
            read.add(section);
            sections.put(inner, section);
        }
        return sections;
    }

    /** Says that all has been asked for: whatever else is in the file is a mistake. */
    void requireNothingElse() throws ConfigException {
        for (String name : source.toml().keySet()) {
            if (read.stream().noneMatch(section -> section.path.getFirst().equals(name))) {
                throw source.wrong(List.of(name), "unknown table or key \"%s\"".formatted(name));
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
                    .orElseThrow(() ->
                            source.wrong(path, "%s.%s is missing: expected %s".formatted(name(), key, type.expects())));
        }

        /** Says that a value is wrong, or the table if the key is not there. */
        ConfigException wrong(String key, String reason) {
            List<String> place = Stream.concat(path.stream(), Stream.of(key)).toList();
            return source.wrong(table.contains(List.of(key)) ? place : path, reason);
        }
    }
}
