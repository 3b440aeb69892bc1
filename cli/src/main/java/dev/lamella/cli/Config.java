package dev.lamella.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlTable;

/** The configuration: a TOML file, with a default for every key. Immutable. */
final class Config {

    /** Where the file is if nobody says otherwise. */
    static final Path DEFAULT_FILE = Path.of("/etc/lamella/lamella.toml");

    /** The environment variable that names another file. */
    static final String ENVIRONMENT = "LAMELLA_CONFIG";

    private final Path file;
    private final Map<String, Object> values;

    private Config(Path file, Map<String, Object> values) {
        this.file = file;
        this.values = Map.copyOf(values);
    }

    /**
     * Finds and reads the configuration: the file given, else that of {@code LAMELLA_CONFIG}, else the default one, which may be
     * missing.
     *
     * @throws ConfigException if the file is missing though it was named, or if anything in it is not right
     */
    static Config load(Optional<Path> given, Map<String, String> environment) throws IOException {
        Optional<Path> named = given.or(() -> Optional.ofNullable(environment.get(ENVIRONMENT))
                .filter(value -> !value.isEmpty())
                .map(Path::of));
        Path file = named.orElse(DEFAULT_FILE);
        if (named.isEmpty() && Files.notExists(file)) {
            return new Config(file, Map.of());
        }
        return read(file);
    }

    /** Reads a configuration file. */
    static Config read(Path file) throws IOException {
        return of(TomlFile.read(file));
    }

    static Config parse(String text, Path file) throws ConfigException {
        return of(TomlFile.parse(text, file));
    }

    private static Config of(TomlFile source) throws ConfigException {
        var values = new HashMap<String, Object>();
        var known = new HashMap<String, ConfigKey<?>>();
        ConfigKey.ALL.forEach(key -> known.put(key.name(), key));
        collect(source.toml(), "", known, values, source);
        return new Config(source.file(), values);
    }

    private static void collect(
            TomlTable table,
            String prefix,
            Map<String, ConfigKey<?>> known,
            Map<String, Object> values,
            TomlFile source)
            throws ConfigException {
        for (Map.Entry<String, Object> entry : table.entrySet()) {
            String name = prefix + entry.getKey();
            List<String> path = List.of(name.split("\\.", -1));
            ConfigKey<?> key = known.get(name);
            if (key != null) {
                Object value = key.type().reader().read(entry.getValue()).orElse(null);
                if (value == null) {
                    String expects = key.type().expects();
                    throw source.wrong(path, "%s: expected %s".formatted(name, expects));
                }
                values.put(name, value);
            } else if (entry.getValue() instanceof TomlTable inner && isTable(name, known.keySet())) {
                collect(inner, name + ".", known, values, source);
            } else {
                String nearest =
                        ConfigKey.nearestTo(leafName(name, entry.getValue())).name();
                throw source.wrong(
                        path, "unknown key \"%s\"; the nearest known one is \"%s\"".formatted(name, nearest));
            }
        }
    }

    /** An unknown table is most often a misspelt one: its first key tells what was meant. */
    private static String leafName(String name, @Nullable Object value) {
        return value instanceof TomlTable table && !table.isEmpty()
                ? name + "." + table.keySet().iterator().next()
                : name;
    }

    private static boolean isTable(String name, Set<String> known) {
        return known.stream().anyMatch(key -> key.startsWith(name + "."));
    }

    /** Returns the file it was read from, or would have been. */
    Path file() {
        return file;
    }

    /** Returns a key's value, or its default. */
    @SuppressWarnings("unchecked") // collect() has put in what the key's own type returned
    <T> T get(ConfigKey<T> key) {
        return (T) values.getOrDefault(key.name(), key.fallback());
    }

    /** Returns whether the file sets a key. */
    boolean isSet(ConfigKey<?> key) {
        return values.containsKey(key.name());
    }

    /** Returns every key with its value, in the order of the reference file. */
    Map<String, Object> all() {
        var all = new LinkedHashMap<String, Object>();
        for (ConfigKey<?> key : ConfigKey.ALL) {
            all.put(key.name(), get(key));
        }
        return all;
    }
}
