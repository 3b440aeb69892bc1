package dev.lamella.cli;

import dev.lamella.client.Scope;
import dev.lamella.oci.ReferencePattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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

    private static final int ELEMENTS_MAX = 10_000;
    private static final Pattern REGISTRY = Pattern.compile("[A-Za-z0-9.-]+(:[0-9]{1,5})?");
    private static final Pattern LOOPBACK =
            Pattern.compile("(?:127(?:\\.(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}|\\[::1]):(\\d{1,5})");
    private static final Pattern ADDRESS =
            Pattern.compile("(?:(?:\\d{1,3}\\.){3}\\d{1,3}|\\[[0-9a-fA-F:.]+]):\\d{1,5}");
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
        return list("an array of absolute paths in quotes", Integer.MAX_VALUE, text -> asPath(text));
    }

    static ConfigType<Long> size(long min, long max) {
        String expects = "a size such as \"10GiB\" from %s to %s".formatted(ByteSize.exact(min), ByteSize.exact(max));
        return new ConfigType<>(
                expects, toml -> string(toml).flatMap(ByteSize::parse).filter(bytes -> bytes >= min && bytes <= max));
    }

    static ConfigType<Duration> time(Duration max) {
        return new ConfigType<>(
                "a time such as \"36h\" from 0s to " + TimeSpan.exact(max),
                toml -> string(toml).flatMap(TimeSpan::parse).filter(time -> time.compareTo(max) <= 0));
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

    /** Image platforms. */
    static ConfigType<List<String>> platforms() {
        return list("an array of platforms such as \"linux/arm64\"", ELEMENTS_MAX, matching(PLATFORM));
    }

    /** What a client of the generator may do; at least one thing. */
    static ConfigType<List<Scope>> scopes() {
        ConfigType<List<Scope>> scopes = list(
                "an array of \"submit\", \"read\" and \"admin\"",
                Scope.values().length,
                text -> Words.find(Scope.class, text)
                        .filter(scope -> Words.of(scope).equals(text)));
        return new ConfigType<>(scopes.expects, toml -> scopes.reader.read(toml).filter(found -> !found.isEmpty()));
    }

    /** One line of text, not empty. */
    static ConfigType<String> text(int charactersMax) {
        return new ConfigType<>(
                "a text in quotes, of 1 to %d characters".formatted(charactersMax),
                toml -> string(toml)
                        .filter(text -> !text.isEmpty()
                                && text.length() <= charactersMax
                                && text.chars().noneMatch(Character::isISOControl)));
    }

    /** The same, or an empty string for none. */
    static ConfigType<Optional<String>> optionalText(int charactersMax) {
        return new ConfigType<>(
                "a text in quotes, of at most %d characters, or \"\"".formatted(charactersMax), toml -> {
                    String text = string(toml).orElse("\n");
                    boolean fits =
                            text.length() <= charactersMax && text.chars().noneMatch(Character::isISOControl);
                    return fits ? Optional.of(Optional.of(text).filter(given -> !given.isEmpty())) : Optional.empty();
                });
    }

    /** An address to listen on, or an empty string for none. */
    static ConfigType<Optional<String>> optionalAddress() {
        return new ConfigType<>("an address with a port such as \"0.0.0.0:8470\" or \"[::1]:8470\", or \"\"", toml -> {
            String text = string(toml).orElse("?");
            boolean address = ADDRESS.matcher(text).matches() && isAddress(text);
            return text.isEmpty() || address
                    ? Optional.of(Optional.of(text).filter(given -> !given.isEmpty()))
                    : Optional.empty();
        });
    }

    private static boolean isAddress(String text) {
        try {
            return SocketAddresses.parse(text).getPort() >= 0;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** Patterns of repositories. */
    static ConfigType<List<ReferencePattern>> patterns() {
        return list("an array of patterns such as \"quay.io/team/*\"", ELEMENTS_MAX, text -> {
            try {
                return Optional.of(ReferencePattern.parse(text));
            } catch (IllegalArgumentException _) {
                return Optional.empty();
            }
        });
    }

    /** Registries as references name them. */
    static ConfigType<List<String>> registries() {
        return list("an array of registries, HOST or HOST:PORT, in quotes", ELEMENTS_MAX, matching(REGISTRY));
    }

    private static Function<String, Optional<String>> matching(Pattern form) {
        return text -> Optional.of(text).filter(given -> form.matcher(given).matches());
    }

    /** An array of at most so many texts, each of which must be right. */
    private static <T> ConfigType<List<T>> list(String expects, int countMax, Function<String, Optional<T>> element) {
        return new ConfigType<>(expects, toml -> {
            if (!(toml instanceof TomlArray array) || array.size() > countMax) {
                return Optional.empty();
            }
            var list = new ArrayList<T>();
            for (Object item : array.toList()) {
                string(item).flatMap(element).ifPresent(list::add);
            }
            return list.size() == array.size() ? Optional.of(List.copyOf(list)) : Optional.empty();
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
