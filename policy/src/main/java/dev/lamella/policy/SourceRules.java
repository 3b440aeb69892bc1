package dev.lamella.policy;

import dev.lamella.oci.Reference;
import dev.lamella.oci.ReferencePattern;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which repositories some sources may have published.
 *
 * @param name what the list is called in the configuration, for messages
 * @param source which sources it is for: {@code api}, {@code cli}, {@code node} or {@code webhook:NAME}, where {@code *} stands for any
 *     characters
 * @param allow repositories that may be published; if empty, all
 * @param deny repositories that may not, whatever {@code allow} says
 */
public record SourceRules(String name, String source, List<ReferencePattern> allow, List<ReferencePattern> deny) {

    private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9.:_*-]{1,80}");
    private static final int SHOWN_MAX = 10;

    /** Checks the source and copies the lists. */
    public SourceRules {
        if (!SOURCE.matcher(source).matches()) {
            throw new IllegalArgumentException(
                    "%s: source %s: expected api, cli, node or webhook:NAME, with * as wild card"
                            .formatted(name, Shown.quoted(source)));
        }
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
    }

    /** Returns whether these rules are for a source. */
    boolean isFor(PublicationSource asking) {
        StringBuilder expression = new StringBuilder();
        for (String part : source.split("\\*", -1)) {
            expression.append(expression.isEmpty() ? "" : ".*").append(Pattern.quote(part));
        }
        return asking.text().matches(expression.toString());
    }

    Decision decide(PublicationSource asking, Reference reference) {
        Optional<ReferencePattern> denying = matching(deny, reference);
        if (denying.isPresent()) {
            String pattern = denying.get().text();
            return new Decision.Refused(
                    "%s.deny \"%s\"".formatted(name, pattern),
                    "%s: %s may not have %s published, as \"%s\" in %s.deny matches it; take the pattern out, or ask from another source"
                            .formatted(reference, asking, reference.name(), pattern, name));
        }
        if (allow.isEmpty() || matching(allow, reference).isPresent()) {
            return Decision.allowed();
        }
        String patterns = allow.stream()
                .limit(SHOWN_MAX)
                .map(pattern -> '"' + pattern.text() + '"')
                .collect(Collectors.joining(", "));
        return new Decision.Refused(
                name + ".allow",
                "%s: %s may have nothing published but what %s.allow lists (%s%s); add a pattern that matches %s"
                        .formatted(
                                reference,
                                asking,
                                name,
                                patterns,
                                allow.size() > SHOWN_MAX ? ", ..." : "",
                                reference.name()));
    }

    private static Optional<ReferencePattern> matching(List<ReferencePattern> patterns, Reference reference) {
        return patterns.stream().filter(pattern -> pattern.matches(reference)).findFirst();
    }
}
