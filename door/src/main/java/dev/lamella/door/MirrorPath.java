package dev.lamella.door;

import dev.lamella.oci.OciException;
import dev.lamella.oci.Reference;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request's path asks for. */
sealed interface MirrorPath {

    /** What of a repository is asked for. */
    enum Kind {
        MANIFESTS,
        BLOBS,
        TAGS,
        REFERRERS;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Something of a repository.
     *
     * @param repository the repository, by a reference to any of its images; for a manifest, to that one
     * @param version tag or digest
     */
    record Target(Kind kind, Reference repository, String version) implements MirrorPath {

        /** Returns the error code for what is not there. */
        String unknown() {
            return switch (kind) {
                case MANIFESTS -> "MANIFEST_UNKNOWN";
                case BLOBS -> "BLOB_UNKNOWN";
                case TAGS, REFERRERS -> "NAME_UNKNOWN";
            };
        }

        /** Returns what is asked for within the repository. */
        String resource() {
            return kind.word() + "/" + version;
        }
    }

    /** Nothing that could be asked for anywhere. */
    record Wrong(int status, String code, String message) implements MirrorPath {}

    /** Only plain characters: whatever is escaped or could climb is not in here. */
    Pattern FORM = Pattern.compile("/v2/([^/]+)/(.+)/(manifests|blobs|tags|referrers)/([^/]+)");

    Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._:+-]+");
    int CHARS_MAX = 1024;

    /** Reads the path of a request as it was sent. */
    static MirrorPath parse(String path) {
        if (path.length() > CHARS_MAX) {
            return new Wrong(
                    400, "NAME_INVALID", "a path of %d characters, at most %d".formatted(path.length(), CHARS_MAX));
        }
        if (!PLAIN.matcher(path).matches()) {
            return new Wrong(400, "NAME_INVALID", "the path may hold A-Z a-z 0-9 / . _ : + - and nothing else");
        }
        Matcher parts = FORM.matcher(path);
        if (!parts.matches()) {
            return new Wrong(
                    404,
                    "NAME_UNKNOWN",
                    "expected /v2/REGISTRY/REPOSITORY/manifests|blobs|tags|referrers/...; is the registry missing in the mirror's location?");
        }
        Optional<String> registry = MirrorName.registry(parts.group(1));
        if (registry.isEmpty()) {
            return new Wrong(
                    404,
                    "NAME_UNKNOWN",
                    "\"%s\" is not the name of a registry; a port is written HOST__PORT".formatted(parts.group(1)));
        }
        Kind kind = Kind.valueOf(parts.group(3).toUpperCase(Locale.ROOT));
        return target(kind, registry.get() + "/" + parts.group(2), parts.group(4));
    }

    private static MirrorPath target(Kind kind, String name, String version) {
        boolean isDigest = version.indexOf(':') >= 0;
        String suffix = switch (kind) {
            case MANIFESTS -> (isDigest ? "@" : ":") + version;
            case BLOBS, REFERRERS -> "@" + version;
            case TAGS -> version.equals("list") ? "" : "@";
        };
        try {
            return new Target(kind, Reference.parse(name + suffix), version);
        } catch (OciException e) {
            return new Wrong(400, isDigest ? "DIGEST_INVALID" : "NAME_INVALID", String.valueOf(e.getMessage()));
        }
    }
}
