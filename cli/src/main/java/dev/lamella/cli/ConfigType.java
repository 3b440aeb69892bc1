package dev.lamella.cli;

import dev.lamella.door.ReferencePattern;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tomlj.TomlArray;

/**
 * What values a key of the configuration takes.
 *
 * @param expects what it takes, in words for messages
 * @param reader returns the value, or nothing if it is not right
 * @param <T> the type of the value
 */
record ConfigType<T>(String expects, Reader<T> reader) {

    private static final int PATTERNS_MAX = 10_000;
    private static final Pattern REGISTRY = Pattern.compile("[A-Za-z0-9.-]+(:[0-9]{1,5})?");
    private static final Pattern LOOPBACK =
            Pattern.compile("(?:127(?:\\.(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}|\\[::1]):(\\d{1,5})");
    private static final Pattern PLATFORM = Pattern.compile("[a-z0-9]+/[a-z0-9]+(/[a-z0-9.]+)?");

    /** Reads a TOML value. */
    @FunctionalInterface
    interface Reader<T> {
        Optional<T> read(Object toml);
    }

    static ConfigType<Path> absolutePath() {
        return new ConfigType<>(
                "an absolute path in quotes", toml -> string(toml).flatMap(ConfigType::asPath));
    }

    /** A path, or an empty string for none. */
    static ConfigType<Optional<Path>> optionalPath() {
        return new ConfigType<>("an absolute path in quotes, or \"\"", toml -> {
            String text = string(toml).orElse("?");
            Optional<Path> path = asPath(text);
            return text.isEmpty() || path.isPresent() ? Optional.of(path) : Optional.empty();
        });
    }

    static ConfigType<List<Path>> paths() {
        return new ConfigType<>("an array of absolute paths in quotes", toml -> {
            if (!(toml instanceof TomlArray array)) {
                return Optional.empty();
            }
            var paths = new ArrayList<Path>();
            for (Object element : array.toList()) {
                string(element).flatMap(ConfigType::asPath).ifPresent(paths::add);
            }
            return paths.size() == array.size() ? Optional.of(List.copyOf(paths)) : Optional.empty();
        });
    }

    static ConfigType<Long> size(long min, long max) {
        String expects = "a size such as \"10GiB\" from %s to %s".formatted(ByteSize.exact(min), ByteSize.exact(max));
        return new ConfigType<>(
                expects, toml -> string(toml).flatMap(ByteSize::parse).filter(bytes -> bytes >= min && bytes <= max));
    }

    static ConfigType<Integer> number(int min, int max) {
        return new ConfigType<>(
                "a number from %d to %d".formatted(min, max),
                toml -> toml instanceof Long number && number >= min && number <= max
                        ? Optional.of(number.intValue())
                        : Optional.empty());
    }

    static ConfigType<Boolean> truth() {
        return new ConfigType<>(
                "true or false", toml -> toml instanceof Boolean truth ? Optional.of(truth) : Optional.empty());
    }

    static ConfigType<String> oneOf(String... words) {
        return new ConfigType<>(
                "one of \"" + String.join("\", \"", words) + "\"",
                toml -> string(toml).filter(List.of(words)::contains));
    }

    /** An image platform, or an empty string for this machine's. */
    static ConfigType<String> platform() {
        return new ConfigType<>(
                "a platform such as \"linux/arm64\", or \"\"",
                toml -> string(toml)
                        .filter(s -> s.isEmpty() || PLATFORM.matcher(s).matches()));
    }

    /** Patterns of repositories. */
    static ConfigType<List<ReferencePattern>> patterns() {
        return new ConfigType<>("an array of patterns such as \"quay.io/team/*\"", toml -> {
            if (!(toml instanceof TomlArray array) || array.size() > PATTERNS_MAX) {
                return Optional.empty();
            }
            var patterns = new ArrayList<ReferencePattern>();
            for (Object element : array.toList()) {
                try {
                    string(element).map(ReferencePattern::parse).ifPresent(patterns::add);
                } catch (IllegalArgumentException _) {
                    return Optional.empty();
                }
            }
            return patterns.size() == array.size() ? Optional.of(List.copyOf(patterns)) : Optional.empty();
        });
    }

    /** Registries as references name them. */
    static ConfigType<List<String>> registries() {
        return new ConfigType<>("an array of registries, HOST or HOST:PORT, in quotes", toml -> {
            if (!(toml instanceof TomlArray array) || array.size() > PATTERNS_MAX) {
                return Optional.empty();
            }
            var registries = new ArrayList<String>();
            for (Object element : array.toList()) {
                string(element).filter(text -> REGISTRY.matcher(text).matches()).ifPresent(registries::add);
            }
            return registries.size() == array.size() ? Optional.of(List.copyOf(registries)) : Optional.empty();
        });
    }

    /** An address that only this machine reaches. */
    static ConfigType<String> loopbackAddress() {
        return new ConfigType<>(
                "a loopback address with a port from 1 to 65535, such as \"127.0.0.1:5320\"",
                toml -> string(toml).filter(text -> {
                    Matcher parts = LOOPBACK.matcher(text);
                    return parts.matches() && isPort(parts.group(1));
                }));
    }

    private static boolean isPort(String digits) {
        int port = Integer.parseInt(digits);
        return port >= 1 && port <= 65_535;
    }

    private static Optional<String> string(Object toml) {
        return toml instanceof String s ? Optional.of(s) : Optional.empty();
    }

    private static Optional<Path> asPath(String text) {
        return text.startsWith("/") && text.indexOf('\0') < 0
                ? Optional.of(Path.of(text).normalize())
                : Optional.empty();
    }
}
