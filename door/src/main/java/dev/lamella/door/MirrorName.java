package dev.lamella.door;

import dev.lamella.oci.Reference;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A registry as the first part of a mirror's path, where engines allow no colon and no bracket.
 *
 * <pre>
 * docker.io          docker.io
 * localhost:5000     localhost__5000
 * [fd00::1]:5000     v6_xfd00--1x__5000
 * </pre>
 *
 * <p>No host name holds an underline, so each name has one registry; registries that differ in the case of letters are the same.
 */
final class MirrorName {

    private static final String PORT_MARK = "__";
    private static final int CHARS_MAX = 255;
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
    private static final String HOST = LABEL + "(?:\\." + LABEL + ")*";
    private static final Pattern REGISTRY = Pattern.compile("(?:(" + HOST + ")|\\[([0-9a-f:]+)])(?::([0-9]{1,5}))?");
    private static final Pattern NAME = Pattern.compile("(?:(" + HOST + ")|v6_x([0-9a-f-]+)x)(?:__([0-9]{1,5}))?");

    private MirrorName() {}

    /** Returns the name of a registry; empty if it is not HOST or HOST:PORT. */
    static Optional<String> of(String registry) {
        Matcher parts = REGISTRY.matcher(registry.toLowerCase(Locale.ROOT));
        if (registry.length() > CHARS_MAX || !parts.matches()) {
            return Optional.empty();
        }
        String host = parts.group(1) != null
                ? parts.group(1)
                : "v6_x" + parts.group(2).replace(':', '-') + "x";
        return Optional.of(host + (parts.group(3) == null ? "" : PORT_MARK + parts.group(3)));
    }

    /** Returns the registry of a name; empty if it is the name of none. */
    static Optional<String> registry(String name) {
        Matcher parts = NAME.matcher(name);
        if (name.length() > CHARS_MAX || !parts.matches()) {
            return Optional.empty();
        }
        String host =
                parts.group(1) != null ? parts.group(1) : "[" + parts.group(2).replace('-', ':') + "]";
        boolean isRegistry =
                parts.group(1) == null || parts.group(3) != null || host.indexOf('.') >= 0 || host.equals("localhost");
        return isRegistry ? Optional.of(host + (parts.group(3) == null ? "" : ":" + parts.group(3))) : Optional.empty();
    }

    /** Returns a reference as it is without the mirror: one that names the mirror names the registry behind it. */
    static Reference original(Reference reference, Set<String> mirrors) {
        int slash = reference.repository().indexOf('/');
        if (slash < 0 || !mirrors.contains(reference.registry())) {
            return reference;
        }
        return registry(reference.repository().substring(0, slash))
                .map(name -> new Reference(
                        name, reference.repository().substring(slash + 1), reference.tag(), reference.digest()))
                .orElse(reference);
    }
}
