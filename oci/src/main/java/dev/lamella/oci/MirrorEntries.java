package dev.lamella.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Entries of {@code registries.conf} that put one more mirror before all others. A drop-in's entry replaces an earlier one of the same
 * prefix, so each holds what the configuration says of the registry already.
 */
final class MirrorEntries {

    private MirrorEntries() {}

    static String of(RegistryRule rule, String mirror) {
        var text = new StringBuilder("\n[[registry]]\n");
        line(text, "prefix", rule.prefix());
        line(text, "location", rule.location().orElse(rule.prefix()));
        flag(text, "insecure", rule.insecure());
        flag(text, "blocked", rule.blocked());
        var mirrors = new ArrayList<RegistryRule.Mirror>();
        mirrors.add(new RegistryRule.Mirror(mirror, true, RegistryRule.Use.ALL));
        mirrors.addAll(rule.mirrors());
        for (RegistryRule.Mirror each : mirrors) {
            text.append("[[registry.mirror]]\n");
            line(text, "location", each.location());
            flag(text, "insecure", each.insecure());
            switch (each.use()) {
                case ALL -> {}
                case DIGEST_ONLY -> line(text, "pull-from-mirror", "digest-only");
                case TAG_ONLY -> line(text, "pull-from-mirror", "tag-only");
            }
        }
        return text.toString();
    }

    /** What is said of a registry that nothing is said of yet. */
    static RegistryRule plain(String registry) {
        return new RegistryRule(registry, Optional.of(registry), false, false, List.of());
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append("%s = \"%s\"%n".formatted(key, value.replace("\\", "\\\\").replace("\"", "\\\"")));
    }

    private static void flag(StringBuilder text, String key, boolean value) {
        if (value) {
            text.append(key).append(" = true\n");
        }
    }
}
