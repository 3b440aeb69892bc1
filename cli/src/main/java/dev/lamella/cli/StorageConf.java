package dev.lamella.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * The text of a {@code storage.conf}, edited so that everything but our one entry stays as it is, comments and spacing included. An
 * edit counts only if the result, parsed, differs from the original in nothing but that entry. The file is described in
 * containers-storage.conf(5). Immutable.
 */
final class StorageConf {

    private static final List<String> KEY = List.of("storage", "options", "additionalimagestores");
    private static final Pattern HEADER =
            Pattern.compile("(?m)^[ \\t]*\\[[ \\t]*storage[ \\t]*\\.[ \\t]*options[ \\t]*\\][ \\t]*(?:#[^\\n]*)?$");

    private final String text;
    private final TomlParseResult toml;

    private StorageConf(String text, TomlParseResult toml) {
        this.text = text;
        this.toml = toml;
    }

    /**
     * Parses a text.
     *
     * @throws CommandException if it is not TOML, or if the list of image stores is not a list
     */
    static StorageConf parse(String text, Path file) throws CommandException {
        TomlParseResult toml = Toml.parse(text);
        if (toml.hasErrors()) {
            TomlPosition at = toml.errors().getFirst().position();
            throw new CommandException(
                    ExitCode.BAD_DATA,
                    "%s:%d:%d: not valid TOML: %s; mend it first"
                            .formatted(
                                    file,
                                    at.line(),
                                    at.column(),
                                    toml.errors().getFirst().getMessage()));
        }
        var conf = new StorageConf(text, toml);
        Object value = conf.value();
        if (value != null
                && !(value instanceof TomlArray array && array.toList().stream().allMatch(String.class::isInstance))) {
            throw new CommandException(
                    ExitCode.BAD_DATA,
                    "%s: storage.options.additionalimagestores is not a list of strings".formatted(file));
        }
        return conf;
    }

    /** Returns the lines to add by hand. */
    static String lines(Path imageStore) {
        return "[storage.options]\nadditionalimagestores = [\n  %s,\n]\n".formatted(quoted(imageStore));
    }

    /** Returns a whole file for a system that has none. */
    static String minimal() {
        return """
                [storage]
                driver = "overlay"
                runroot = "/run/containers/storage"
                graphroot = "/var/lib/containers/storage"

                [storage.options]
                additionalimagestores = [
                ]
                """;
    }

    String text() {
        return text;
    }

    /** Returns the image stores it lists. */
    List<String> imageStores() {
        return value() instanceof TomlArray array
                ? array.toList().stream().map(String::valueOf).toList()
                : List.of();
    }

    /** Returns the additional layer stores it lists, which are not ours. */
    List<String> layerStores() {
        return toml.get(List.of("storage", "options", "additionallayerstores")) instanceof TomlArray array
                ? array.toList().stream().map(String::valueOf).toList()
                : List.of();
    }

    boolean lists(Path imageStore) {
        return imageStores().stream().anyMatch(listed -> isSame(listed, imageStore));
    }

    /** Returns the text with an image store added; empty if this file's shape cannot be edited safely. */
    Optional<String> with(Path imageStore) {
        if (lists(imageStore)) {
            return Optional.of(text);
        }
        var wanted = new ArrayList<>(imageStores());
        wanted.addFirst(imageStore.toString());
        List<UnaryOperator<String>> ways = List.of(
                original -> addToList(original, imageStore),
                original -> addKey(original, imageStore),
                original -> addTable(original, imageStore));
        return ways.stream()
                .map(way -> way.apply(text))
                .filter(edited -> isOriginalBut(edited, wanted))
                .findFirst();
    }

    /** Returns the text with an image store removed from its list; empty if this file's shape cannot be edited safely. */
    Optional<String> without(Path imageStore) {
        var wanted = new ArrayList<>(imageStores());
        wanted.removeIf(listed -> isSame(listed, imageStore));
        int open = listStart();
        if (open < 0) {
            return lists(imageStore) ? Optional.empty() : Optional.of(text);
        }
        String entry = "[\"']" + Pattern.quote(imageStore.toString()) + "/?[\"']";
        List<String> patterns = List.of(
                "(?<=\\n)[ \\t]*" + entry + "[ \\t]*,?[ \\t]*\\r?\\n",
                entry + "[ \\t]*,[ \\t]*",
                ",\\s*" + entry,
                entry);
        for (String pattern : patterns) {
            Matcher matcher = Pattern.compile(pattern).matcher(text);
            if (matcher.find(open)) {
                String edited = text.substring(0, matcher.start()) + text.substring(matcher.end());
                if (isOriginalBut(edited, wanted)) {
                    return Optional.of(edited);
                }
            }
        }
        return Optional.empty();
    }

    private String addToList(String original, Path imageStore) {
        int open = listStart();
        if (open < 0) {
            return original;
        }
        String after = original.substring(open + 1);
        String newline = newline();
        String entry = quoted(imageStore);
        if (after.matches("(?s)[ \\t]*\\r?\\n.*")) {
            entry = newline + "  " + entry + ",";
        } else if (!after.stripLeading().startsWith("]")) {
            entry = entry + ", ";
        }
        return original.substring(0, open + 1) + entry + after;
    }

    private String addKey(String original, Path imageStore) {
        Matcher header = HEADER.matcher(original.replace('\r', ' '));
        if (!header.find()) {
            return original;
        }
        String newline = newline();
        int end = header.end();
        String line = "additionalimagestores = [%s  %s,%s]".formatted(newline, quoted(imageStore), newline);
        return end == original.length()
                ? original + newline + line + newline
                : original.substring(0, end + 1) + line + newline + original.substring(end + 1);
    }

    private String addTable(String original, Path imageStore) {
        String newline = newline();
        String separator = original.isEmpty() ? "" : original.endsWith("\n") ? newline : newline + newline;
        return original + separator + lines(imageStore).replace("\n", newline);
    }

    /** Returns where the list's opening bracket is; -1 if there is no list. */
    private int listStart() {
        TomlPosition position = value() == null ? null : toml.inputPositionOf(KEY);
        if (position == null) {
            return -1;
        }
        int offset = 0;
        for (int line = 1; line < position.line(); line++) {
            offset = text.indexOf('\n', offset) + 1;
        }
        int equals = text.indexOf('=', Math.min(offset + position.column() - 1, text.length()));
        return equals < 0 ? -1 : text.indexOf('[', equals);
    }

    private boolean isOriginalBut(String edited, List<String> wantedStores) {
        TomlParseResult parsed = Toml.parse(edited);
        if (parsed.hasErrors()) {
            return false;
        }
        Map<String, Object> before = flat(toml);
        Map<String, Object> after = flat(parsed);
        String key = String.join(".", KEY);
        Object stores = after.remove(key);
        before.remove(key);
        List<Object> listed = stores instanceof List<?> list ? List.copyOf(list) : List.of();
        return before.equals(after) && listed.equals(wantedStores);
    }

    private static Map<String, Object> flat(TomlTable table) {
        var flat = new TreeMap<String, Object>();
        for (List<String> path : table.keyPathSet()) {
            Object value = Objects.requireNonNull(table.get(path));
            flat.put(String.join(".", path), value instanceof TomlArray array ? plain(array) : value);
        }
        return flat;
    }

    private static List<Object> plain(TomlArray array) {
        return array.toList().stream()
                .map(element -> switch (element) {
                    case TomlArray inner -> plain(inner);
                    case TomlTable inner -> flat(inner);
                    default -> element;
                })
                .toList();
    }

    private @Nullable Object value() {
        return toml.contains(KEY) ? toml.get(KEY) : null;
    }

    private String newline() {
        return text.contains("\r\n") ? "\r\n" : "\n";
    }

    private static boolean isSame(String listed, Path imageStore) {
        return listed.startsWith("/") && Path.of(listed).normalize().equals(imageStore.normalize());
    }

    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
