package dev.lamella.policy;

import dev.lamella.oci.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The container engines' {@code registries.d}: where signatures are. Immutable and thread-safe.
 *
 * @see <a href="https://github.com/containers/image/blob/main/docs/containers-registries.d.5.md">containers-registries.d(5)</a>
 */
public final class RegistriesDirectory {

    private static final String ENDING = ".yaml";

    private final Path defaultLookaside;
    private final Optional<Entry> defaults;
    private final Map<String, Entry> scopes;

    /**
     * What is said of a scope.
     *
     * @param where file and key, for messages
     */
    record Entry(String where, Optional<String> lookaside, Optional<Boolean> attachments) {}

    private RegistriesDirectory(Path defaultLookaside, Optional<Entry> defaults, Map<String, Entry> scopes) {
        this.defaultLookaside = defaultLookaside;
        this.defaults = defaults;
        this.scopes = Map.copyOf(scopes);
    }

    /**
     * Reads a directory; without it, nothing is said of any registry.
     *
     * @param directory the directory; its files that end in {@code .yaml} count
     * @param defaultLookaside the lookaside of repositories of which nothing is said
     * @throws PolicyException if a file is malformed, or two say something of the same scope
     */
    public static RegistriesDirectory load(Path directory, Path defaultLookaside, SignatureLimits limits)
            throws IOException {
        var scopes = new LinkedHashMap<String, Entry>();
        Optional<Entry> defaults = Optional.empty();
        for (Path file : files(directory, limits.files())) {
            RegistriesFile content = RegistriesFile.read(file, limits.policyBytes());
            if (defaults.isPresent() && content.defaults().isPresent()) {
                throw twice(content.defaults().get(), defaults.get());
            }
            defaults = defaults.or(content::defaults);
            for (Map.Entry<String, Entry> scope : content.scopes().entrySet()) {
                Entry before = scopes.putIfAbsent(scope.getKey(), scope.getValue());
                if (before != null) {
                    throw twice(scope.getValue(), before);
                }
            }
        }
        return new RegistriesDirectory(defaultLookaside, defaults, scopes);
    }

    private static PolicyException twice(Entry entry, Entry before) {
        return new PolicyException("%s: %s has it too; say it once".formatted(entry.where(), before.where()));
    }

    private static List<Path> files(Path directory, int filesMax) throws IOException {
        if (Files.notExists(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            List<Path> files = entries.filter(
                            file -> file.getFileName().toString().endsWith(ENDING))
                    .sorted()
                    .limit(filesMax + 1L)
                    .toList();
            if (files.size() > filesMax) {
                throw new PolicyException("%s: more than %d files".formatted(directory, filesMax));
            }
            return files;
        }
    }

    /** Returns where a reference's signatures lie. */
    Lookaside lookaside(Reference reference) throws PolicyException {
        Optional<Entry> entry = first(reference, Entry::lookaside);
        String address = entry.flatMap(Entry::lookaside)
                .orElseGet(() -> "file://" + defaultLookaside.toUri().getRawPath());
        return Lookaside.of(
                address, reference.repository(), entry.map(Entry::where).orElse("default lookaside"));
    }

    /** Returns whether a reference's signatures may be attached in the registry. */
    boolean usesAttachments(Reference reference) {
        return first(reference, Entry::attachments).flatMap(Entry::attachments).orElse(false);
    }

    /** Returns the most specific entry that says something of what is asked for. */
    private Optional<Entry> first(Reference reference, Function<Entry, Optional<?>> asked) {
        return Stream.concat(
                        Scopes.of(reference).stream().flatMap(scope -> Optional.ofNullable(scopes.get(scope)).stream()),
                        defaults.stream())
                .filter(entry -> asked.apply(entry).isPresent())
                .findFirst();
    }
}
