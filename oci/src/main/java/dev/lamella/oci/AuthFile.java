package dev.lamella.oci;

import dev.lamella.oci.OciException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A file of credentials: {@code auth.json} of the container engines or Docker's {@code config.json}.
 *
 * @see <a href="https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md">containers-auth.json(5)</a>
 */
record AuthFile(Path path) {

    private static final int FILE_BYTES_MAX = 4 << 20;
    private static final List<String> DOCKER_HUB_KEYS = List.of("https://index.docker.io/v1/", "index.docker.io");

    /**
     * Looks a repository up: first {@code REGISTRY/REPOSITORY}, then ever shorter, at last the registry alone, as engines do.
     *
     * @param name registry and repository
     */
    Optional<Credentials> find(String name) throws IOException {
        if (!Files.isRegularFile(path)) {
            return Optional.empty();
        }
        if (Files.size(path) > FILE_BYTES_MAX) {
            throw new OciException(Kind.CONFIGURATION, "%s: larger than %d bytes".formatted(path, FILE_BYTES_MAX));
        }
        return find(Files.readAllBytes(path), name, true);
    }

    /** Looks a repository up in a file of another user, whose helpers are not run: they would answer with what this process's user has. */
    Optional<Credentials> find(String name, OwnedFiles owned) throws IOException {
        Optional<byte[]> content = owned.read(path, FILE_BYTES_MAX);
        return content.isEmpty() ? Optional.empty() : find(content.get(), name, false);
    }

    private Optional<Credentials> find(byte[] content, String name, boolean helpers) throws OciException {
        try {
            return find(OciJson.parse(content, path.toString()), name, helpers);
        } catch (OciException e) {
            throw e.kind() == Kind.MALFORMED ? new OciException(Kind.CONFIGURATION, String.valueOf(e.getMessage())) : e;
        }
    }

    private static Optional<Credentials> find(OciJson json, String name, boolean askHelpers) throws OciException {
        List<String> keys = keys(name);
        String registry = name.substring(0, name.indexOf('/'));
        if (askHelpers && json.has("credHelpers")) {
            OciJson helpers = json.object("credHelpers");
            for (String key : keys) {
                Optional<String> helper = helpers.optionalText(key);
                if (helper.isPresent()) {
                    return new CredentialHelper(helper.get()).get(registry);
                }
            }
        }
        Optional<String> global = json.optionalText("credsStore").filter(helper -> !helper.isEmpty());
        if (askHelpers && global.isPresent()) {
            boolean hub = registry.equals(Reference.DOCKER_HUB);
            Optional<Credentials> known =
                    new CredentialHelper(global.get()).get(hub ? DOCKER_HUB_KEYS.getFirst() : registry);
            if (known.isPresent()) {
                return known;
            }
        }
        if (json.has("auths")) {
            OciJson entries = json.object("auths");
            for (String key : keys) {
                if (entries.has(key)) {
                    Optional<Credentials> found = read(entries.object(key));
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static List<String> keys(String name) {
        var keys = new ArrayList<String>();
        for (String key = name; ; key = key.substring(0, key.lastIndexOf('/'))) {
            keys.add(key);
            if (key.indexOf('/') < 0) {
                break;
            }
        }
        String registry = keys.getLast();
        keys.add("https://" + registry);
        keys.add("https://" + registry + "/v1/");
        keys.add("https://" + registry + "/v2/");
        if (registry.equals(Reference.DOCKER_HUB)) {
            keys.addAll(DOCKER_HUB_KEYS);
        }
        return keys;
    }

    private static Optional<Credentials> read(OciJson entry) throws OciException {
        Optional<String> token = entry.optionalText("identitytoken").filter(text -> !text.isEmpty());
        if (token.isPresent()) {
            return token.map(Credentials.IdentityToken::new);
        }
        String auth = entry.optionalText("auth").orElse("");
        if (auth.isEmpty()) {
            return Optional.empty();
        }
        try {
            String pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon > 0) {
                // Some tools pad the password with NUL.
                String password = pair.substring(colon + 1).replaceAll("\0+$", "");
                return Optional.of(new Credentials.Password(pair.substring(0, colon), password));
            }
        } catch (IllegalArgumentException _) {
            // Said below, without the secret.
        }
        throw entry.wrong("auth", "not the Base64 form of USER:PASSWORD; log in again");
    }
}
