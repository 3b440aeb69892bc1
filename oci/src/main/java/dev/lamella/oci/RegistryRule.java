package dev.lamella.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One {@code [[registry]]} of {@code registries.conf}.
 *
 * @param prefix what references begin with that it is about; {@code *.DOMAIN} stands for every host of a domain
 * @param location what takes the prefix's place, if anything does
 * @param insecure whether TLS may be unverified or missing
 * @param blocked whether nothing may be fetched
 * @param mirrors where to ask first
 */
record RegistryRule(String prefix, Optional<String> location, boolean insecure, boolean blocked, List<Mirror> mirrors) {

    private static final String WILDCARD = "*.";

    /** Which references a mirror is for. */
    enum Use {
        ALL,
        DIGEST_ONLY,
        TAG_ONLY
    }

    /** A mirror: what takes the prefix's place there. */
    record Mirror(String location, boolean insecure, Use use) {}

    RegistryRule {
        mirrors = List.copyOf(mirrors);
    }

    static RegistryRule read(ConfTable table) throws OciException {
        Optional<String> location = location(table);
        String prefix = table.text("prefix")
                .map(RegistryRule::trimmed)
                .filter(text -> !text.isEmpty())
                .or(() -> location)
                .orElseThrow(() -> table.wrong("location", "missing; an entry needs a location or a prefix"));
        boolean wildcard = prefix.startsWith(WILDCARD);
        if (wildcard ? prefix.indexOf('/') >= 0 : prefix.indexOf('*') >= 0) {
            throw table.wrong("prefix", "\"%s\", a * may only stand for hosts: *.DOMAIN".formatted(prefix));
        }
        if (location.isEmpty() && !wildcard) {
            throw table.wrong("location", "missing; only a prefix that begins with *. can do without");
        }
        boolean digestOnly = table.truth("mirror-by-digest-only");
        var mirrors = new ArrayList<Mirror>();
        for (ConfTable mirror : table.tables("mirror")) {
            mirrors.add(new Mirror(
                    location(mirror).orElseThrow(() -> mirror.wrong("location", "missing")),
                    mirror.truth("insecure"),
                    use(mirror, digestOnly)));
        }
        return new RegistryRule(prefix, location, table.truth("insecure"), table.truth("blocked"), mirrors);
    }

    private static Use use(ConfTable mirror, boolean digestOnly) throws OciException {
        String said = mirror.text("pull-from-mirror").orElse("");
        if (digestOnly && !said.isEmpty()) {
            throw mirror.wrong("pull-from-mirror", "cannot be set beside mirror-by-digest-only");
        }
        return switch (said) {
            case "", "all" -> digestOnly ? Use.DIGEST_ONLY : Use.ALL;
            case "digest-only" -> Use.DIGEST_ONLY;
            case "tag-only" -> Use.TAG_ONLY;
            default ->
                throw mirror.wrong("pull-from-mirror", "\"%s\", expected all, digest-only or tag-only".formatted(said));
        };
    }

    private static Optional<String> location(ConfTable table) throws OciException {
        Optional<String> location =
                table.text("location").map(RegistryRule::trimmed).filter(text -> !text.isEmpty());
        if (location.isPresent() && location.get().contains("://")) {
            throw table.wrong("location", "\"%s\", a location has no scheme".formatted(location.get()));
        }
        return location;
    }

    private static String trimmed(String text) {
        return text.replaceFirst("/+$", "");
    }

    /** Returns this rule without what leads to some hosts: mirrors there, or the location itself, whose prefix then stands for itself. */
    RegistryRule withoutEndpointsAt(Set<String> addresses) {
        boolean moved = location.filter(to -> isAt(to, addresses)).isPresent();
        return new RegistryRule(
                prefix,
                moved ? Optional.empty() : location,
                insecure && !moved,
                blocked,
                mirrors.stream()
                        .filter(mirror -> !isAt(mirror.location(), addresses))
                        .toList());
    }

    private static boolean isAt(String location, Set<String> addresses) {
        int slash = location.indexOf('/');
        return addresses.contains((slash < 0 ? location : location.substring(0, slash)).toLowerCase(Locale.ROOT));
    }

    /** Returns how many characters of a reference the prefix covers; 0 if it is not about it. */
    int matches(Reference reference) {
        String text = reference.toString();
        if (prefix.startsWith(WILDCARD)) {
            String host = reference.registry().replaceFirst(":\\d+$", "");
            return host.endsWith(prefix.substring(1)) ? host.length() : 0;
        }
        // Behind a registry alone, a colon begins a port: that is another registry.
        String marks = prefix.indexOf('/') < 0 ? "/" : "/:@";
        boolean ends = text.length() == prefix.length()
                || (text.length() > prefix.length() && marks.indexOf(text.charAt(prefix.length())) >= 0);
        return text.startsWith(prefix) && ends ? prefix.length() : 0;
    }

    /** Returns the precision: among rules that match, the one with the longest prefix counts. */
    int precision() {
        return prefix.length();
    }

    /** Returns where a reference is to be asked for, best first. */
    List<Endpoint> endpoints(Reference reference) throws OciException {
        var endpoints = new ArrayList<Endpoint>();
        int covered = matches(reference);
        boolean pinned = reference.digest().isPresent();
        for (Mirror mirror : mirrors) {
            boolean fits = switch (mirror.use()) {
                case ALL -> true;
                case DIGEST_ONLY -> pinned;
                case TAG_ONLY -> !pinned;
            };
            if (fits) {
                endpoints.add(Endpoint.of(rewritten(reference, covered, mirror.location()), mirror.insecure()));
            }
        }
        String there = location.isPresent() ? rewritten(reference, covered, location.get()) : reference.name();
        endpoints.add(Endpoint.of(there, insecure));
        return endpoints;
    }

    /** A prefix may end within the version; names alone are rewritten. */
    private static String rewritten(Reference reference, int covered, String location) {
        return location
                + reference.name().substring(Math.min(covered, reference.name().length()));
    }
}
