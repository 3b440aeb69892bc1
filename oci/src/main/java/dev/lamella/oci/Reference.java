package dev.lamella.oci;

import dev.lamella.filetree.Digest;
import dev.lamella.filetree.MalformedDigestException;
import dev.lamella.oci.OciException.Kind;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A normalised reference to an image: {@code REGISTRY/REPOSITORY:TAG} or {@code REGISTRY/REPOSITORY@DIGEST}. As in containers/image,
 * {@code debian} is short for {@code docker.io/library/debian:latest}, and of a reference with tag and digest the digest counts.
 *
 * @param registry host and perhaps port
 * @param repository the path in the registry
 * @param tag the tag; there unless there is a digest
 * @param digest the digest of a manifest or index
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests">Grammar of names and tags</a>
 */
public record Reference(String registry, String repository, Optional<String> tag, Optional<Digest> digest) {

    static final String DOCKER_HUB = "docker.io";
    private static final String LIBRARY = "library/";
    private static final int TEXT_CHARS_MAX = 1024;
    private static final int NAME_CHARS_MAX = 255;

    private static final Pattern REGISTRY = Pattern.compile(
            "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[0-9a-fA-F:]+])(?::[0-9]{1,5})?");
    private static final Pattern REPOSITORY =
            Pattern.compile("[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final Pattern BARE_ID = Pattern.compile("[0-9a-f]{64}");

    /**
     * Reads a reference as people write it.
     *
     * @throws OciException if it is none, saying which part of it is wrong
     */
    public static Reference parse(String text) throws OciException {
        String shown = Printable.of(text);
        if (text.isEmpty() || text.length() > TEXT_CHARS_MAX) {
            throw malformed(shown, "%d characters, expected 1 to %d".formatted(text.length(), TEXT_CHARS_MAX));
        }
        if (text.contains("://")) {
            throw malformed(shown, "a reference has no scheme; leave out everything up to ://");
        }
        if (BARE_ID.matcher(text).matches()) {
            throw malformed(shown, "64 hexadecimal digits are an image ID, not a name");
        }
        int at = text.indexOf('@');
        Optional<Digest> digest = at < 0 ? Optional.empty() : Optional.of(digest(shown, text.substring(at + 1)));
        String name = at < 0 ? text : text.substring(0, at);
        int colon = name.lastIndexOf(':');
        boolean tagged = colon > name.lastIndexOf('/');
        Optional<String> tag = tagged ? Optional.of(name.substring(colon + 1)) : Optional.empty();
        if (tag.isPresent() && !TAG.matcher(tag.get()).matches()) {
            throw malformed(
                    shown, "the tag may hold A-Z a-z 0-9 _ . - and at most 128 of them, not beginning with . or -");
        }
        return ofName(shown, tagged ? name.substring(0, colon) : name, tag, digest);
    }

    private static Reference ofName(String shown, String name, Optional<String> tag, Optional<Digest> digest)
            throws OciException {
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean qualified = isRegistry(first);
        String registry = qualified ? first : DOCKER_HUB;
        String repository = qualified ? name.substring(slash + 1) : name;
        if (registry.equals("index." + DOCKER_HUB)) {
            registry = DOCKER_HUB;
        }
        if (!REGISTRY.matcher(registry).matches()) {
            throw malformed(shown, "the registry must be HOST or HOST:PORT");
        }
        if (!REPOSITORY.matcher(repository).matches()) {
            throw malformed(
                    shown,
                    "the repository must be lower-case words of a-z and 0-9, joined by . _ __ or -, and divided by /");
        }
        if (registry.equals(DOCKER_HUB) && repository.indexOf('/') < 0) {
            repository = LIBRARY + repository;
        }
        if (registry.length() + 1 + repository.length() > NAME_CHARS_MAX) {
            throw malformed(shown, "registry and repository together may have %d characters".formatted(NAME_CHARS_MAX));
        }
        if (digest.isPresent()) {
            return new Reference(registry, repository, Optional.empty(), digest);
        }
        return new Reference(registry, repository, Optional.of(tag.orElse("latest")), digest);
    }

    /** Returns whether the first word of a name is a registry and not the first part of a repository. */
    static boolean isRegistry(String first) {
        return first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || first.equals("localhost")
                || first.chars().anyMatch(c -> c >= 'A' && c <= 'Z');
    }

    private static Digest digest(String shown, String text) throws OciException {
        try {
            return Digest.parse(text);
        } catch (MalformedDigestException e) {
            throw malformed(shown, String.valueOf(e.getMessage()));
        }
    }

    private static OciException malformed(String shown, String why) {
        return new OciException(Kind.MALFORMED_REFERENCE, "%s: not an image reference: %s".formatted(shown, why));
    }

    /** Returns whether a text may be a tag. */
    static boolean isTag(String text) {
        return TAG.matcher(text).matches();
    }

    /** Returns the reference of another tag of the same repository. */
    public Reference withTag(String other) {
        if (!isTag(other)) {
            throw new IllegalArgumentException("not a tag: " + Printable.of(other));
        }
        return new Reference(registry, repository, Optional.of(other), Optional.empty());
    }

    /** Returns registry and repository. */
    public String name() {
        return registry + "/" + repository;
    }

    /** Returns what a registry is asked for: the digest, or else the tag. */
    String version() {
        return digest.map(Digest::toString).or(() -> tag).orElse("latest");
    }

    /** Returns what people call it: without {@code docker.io/library/}. */
    public String familiar() {
        String hub = DOCKER_HUB + "/";
        String text = toString();
        if (!text.startsWith(hub)) {
            return text;
        }
        String shorter = text.substring(hub.length());
        return shorter.startsWith(LIBRARY) && shorter.indexOf('/', LIBRARY.length()) < 0
                ? shorter.substring(LIBRARY.length())
                : shorter;
    }

    /** Returns the normalised form. */
    @Override
    public String toString() {
        return name() + digest.map(d -> "@" + d).orElseGet(() -> ":" + version());
    }
}
