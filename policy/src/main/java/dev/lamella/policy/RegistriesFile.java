package dev.lamella.policy;

import dev.lamella.policy.RegistriesDirectory.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * One file of {@code registries.d}. Keys that are unknown are passed over, as the engines do; keys that are known must be of their type.
 *
 * @param defaults {@code default-docker}
 * @param scopes the entries of {@code docker}
 */
record RegistriesFile(Optional<Entry> defaults, Map<String, Entry> scopes) {

    private static final int ALIASES_MAX = 20;

    static RegistriesFile read(Path file, int bytesMax) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(bytesMax + 1);
        } catch (IOException e) {
            throw new PolicyException("%s: cannot be read: %s".formatted(file, FileErrors.reason(e)), e);
        }
        if (content.length > bytesMax) {
            throw new PolicyException("%s: larger than %d bytes".formatted(file, bytesMax));
        }
        return parse(content, file.toString());
    }

    static RegistriesFile parse(byte[] content, String name) throws PolicyException {
        var reader = new Reader(name);
        Map<?, ?> top = reader.map("", reader.load(content));
        Optional<Entry> defaults = Optional.empty();
        if (top.get("default-docker") != null) {
            defaults = Optional.of(reader.entry("default-docker", top.get("default-docker")));
        }
        var scopes = new LinkedHashMap<String, Entry>();
        for (Map.Entry<?, ?> scope : reader.map("docker", top.get("docker")).entrySet()) {
            String key = String.valueOf(scope.getKey());
            scopes.put(key, reader.entry("docker." + Shown.quoted(key), scope.getValue()));
        }
        return new RegistriesFile(defaults, scopes);
    }

    /** Reads values of a file and complains in its name. */
    private record Reader(String name) {

        private @Nullable Object load(byte[] content) throws PolicyException {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(name)
                    .setAllowDuplicateKeys(false)
                    .setAllowRecursiveKeys(false)
                    .setMaxAliasesForCollections(ALIASES_MAX)
                    .setCodePointLimit(Math.max(1, content.length))
                    .build();
            try {
                return new Load(settings)
                        .loadFromString(StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(content))
                                .toString());
            } catch (CharacterCodingException e) {
                throw new PolicyException(name + ": not UTF-8", e);
            } catch (YamlEngineException e) {
                String first =
                        String.valueOf(e.getMessage()).lines().findFirst().orElse("");
                throw new PolicyException("%s: not valid YAML: %s".formatted(name, Shown.quoted(first)), e);
            }
        }

        private Map<?, ?> map(String key, @Nullable Object value) throws PolicyException {
            if (value == null) {
                return Map.of();
            }
            if (value instanceof Map<?, ?> map) {
                return map;
            }
            throw wrong(key, "expected keys with values");
        }

        private Entry entry(String key, @Nullable Object value) throws PolicyException {
            Map<?, ?> entry = map(key, value);
            Optional<String> lookaside = text(key, "lookaside", entry);
            // What lookaside was called before.
            Optional<String> sigstore = text(key, "sigstore", entry);
            return new Entry(
                    "%s: %s".formatted(name, key),
                    lookaside.or(() -> sigstore),
                    truth(key, "use-sigstore-attachments", entry));
        }

        private Optional<String> text(String path, String key, Map<?, ?> entry) throws PolicyException {
            Object value = entry.get(key);
            if (value != null && !(value instanceof String)) {
                throw wrong(path + "." + key, "expected a text");
            }
            return Optional.ofNullable((String) value).filter(text -> !text.isEmpty());
        }

        private Optional<Boolean> truth(String path, String key, Map<?, ?> entry) throws PolicyException {
            Object value = entry.get(key);
            if (value != null && !(value instanceof Boolean)) {
                throw wrong(path + "." + key, "expected true or false");
            }
            return Optional.ofNullable((Boolean) value);
        }

        private PolicyException wrong(String key, String what) {
            return new PolicyException("%s: %s%s".formatted(name, key.isEmpty() ? "" : key + ": ", what));
        }
    }
}
