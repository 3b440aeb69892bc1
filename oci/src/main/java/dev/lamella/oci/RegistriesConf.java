package dev.lamella.oci;

import dev.lamella.oci.OciException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

/**
 * {@code registries.conf} (version 2) with its drop-in files: later files replace entries of the same prefix, lists and aliases of the
 * same name. Short names are resolved as far as this can be done without asking somebody.
 *
 * @param rules the {@code [[registry]]} entries
 * @param searchRegistries {@code unqualified-search-registries}
 * @param aliases full names by short names
 * @param credentialHelpers where credentials are looked for, in order
 * @see <a href="https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md">containers-registries.conf(5)</a>
 */
record RegistriesConf(
        List<RegistryRule> rules,
        List<String> searchRegistries,
        Map<String, String> aliases,
        List<String> credentialHelpers) {

    /** Without any file: references mean what they say. */
    static final RegistriesConf EMPTY = new RegistriesConf(List.of(), List.of(), Map.of(), List.of());

    private static final long FILE_BYTES_MAX = 4 << 20;
    private static final int FILES_MAX = 1000;

    RegistriesConf {
        rules = List.copyOf(rules);
        searchRegistries = List.copyOf(searchRegistries);
        aliases = Map.copyOf(aliases);
        credentialHelpers = List.copyOf(credentialHelpers);
    }

    /** Reads the first main file that exists and all drop-ins of all directories, in the order of their names. */
    static RegistriesConf load(List<Path> mainFiles, List<Path> directories) throws IOException {
        RegistriesConf conf = EMPTY;
        for (Path file : files(mainFiles, directories)) {
            conf = conf.with(parse(file));
        }
        return conf;
    }

    /** Returns the files that count, in the order in which later ones replace what earlier ones say. */
    static List<Path> files(List<Path> mainFiles, List<Path> directories) throws IOException {
        var files = new ArrayList<Path>();
        mainFiles.stream().filter(Files::exists).findFirst().ifPresent(files::add);
        for (Path directory : directories) {
            files.addAll(dropIns(directory));
        }
        return files;
    }

    private static List<Path> dropIns(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(file -> file.getFileName().toString().endsWith(".conf"))
                    .sorted()
                    .limit(FILES_MAX)
                    .toList();
        }
    }

    static ConfTable parse(Path file) throws IOException {
        if (Files.size(file) > FILE_BYTES_MAX) {
            throw new OciException(Kind.CONFIGURATION, "%s: larger than %d bytes".formatted(file, FILE_BYTES_MAX));
        }
        TomlParseResult parsed = Toml.parse(Files.readString(file));
        if (parsed.hasErrors()) {
            var first = parsed.errors().getFirst();
            throw new OciException(
                    Kind.CONFIGURATION,
                    "%s: line %d: %s".formatted(file, first.position().line(), first.getMessage()));
        }
        return new ConfTable(file.toString(), "", parsed);
    }

    private RegistriesConf with(ConfTable table) throws OciException {
        if (table.table("registries").isPresent()) {
            throw table.wrong("registries", "version 1 of the format; write [[registry]] entries instead");
        }
        var merged = new LinkedHashMap<String, RegistryRule>();
        rules.forEach(rule -> merged.put(rule.prefix(), rule));
        for (ConfTable entry : table.tables("registry")) {
            RegistryRule rule = RegistryRule.read(entry);
            merged.put(rule.prefix(), rule);
        }
        var names = new LinkedHashMap<>(aliases);
        Optional<ConfTable> added = table.table("aliases");
        if (added.isPresent()) {
            for (String alias : added.get().table().keySet()) {
                names.put(alias, added.get().text(alias).orElse(""));
            }
        }
        List<String> search = table.texts("unqualified-search-registries");
        List<String> helpers = table.texts("credential-helpers");
        return new RegistriesConf(
                List.copyOf(merged.values()),
                search.isEmpty() ? searchRegistries : search,
                names,
                helpers.isEmpty() ? credentialHelpers : helpers);
    }

    /**
     * Reads a reference as people write it, with short names resolved: by an alias, by the only search registry, or else, as in
     * containers/image, as a name of Docker Hub.
     */
    Reference reference(String text) throws OciException {
        Reference plain = Reference.parse(text);
        int slash = text.indexOf('/');
        if (slash >= 0 && Reference.isRegistry(text.substring(0, slash))) {
            return plain;
        }
        int end = nameEnd(text);
        String alias = aliases.getOrDefault(text.substring(0, end), "");
        if (!alias.isEmpty()) {
            return Reference.parse(alias + text.substring(end));
        }
        if (searchRegistries.size() > 1) {
            var choices = new ArrayList<String>();
            searchRegistries.forEach(registry -> choices.add(registry + "/" + text));
            throw new OciException(
                    Kind.MALFORMED_REFERENCE,
                    "%s: a short name, and registries.conf has %d search registries; say which: %s"
                            .formatted(text, searchRegistries.size(), String.join(", ", choices)));
        }
        return searchRegistries.isEmpty() ? plain : Reference.parse(searchRegistries.getFirst() + "/" + text);
    }

    private static int nameEnd(String text) {
        int at = text.indexOf('@');
        int end = at < 0 ? text.length() : at;
        int colon = text.lastIndexOf(':', end - 1);
        return colon > text.lastIndexOf('/', end - 1) ? colon : end;
    }

    /** Returns these with nothing that leads to some hosts, given with their ports. */
    RegistriesConf withoutEndpointsAt(Set<String> addresses) {
        return new RegistriesConf(
                rules.stream().map(rule -> rule.withoutEndpointsAt(addresses)).toList(),
                searchRegistries,
                aliases,
                credentialHelpers);
    }

    /** Returns where to ask for a reference, best first. */
    List<Endpoint> endpoints(Reference reference) throws OciException {
        Optional<RegistryRule> best = Optional.empty();
        for (RegistryRule rule : rules) {
            boolean better = best.isEmpty() || rule.precision() > best.get().precision();
            if (rule.matches(reference) > 0 && better) {
                best = Optional.of(rule);
            }
        }
        if (best.isEmpty()) {
            return List.of(Endpoint.of(reference.name(), false));
        }
        if (best.get().blocked()) {
            throw new OciException(
                    Kind.BLOCKED,
                    "%s: registries.conf blocks \"%s\""
                            .formatted(reference, best.get().prefix()));
        }
        return best.get().endpoints(reference);
    }
}
