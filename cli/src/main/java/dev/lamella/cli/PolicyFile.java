package dev.lamella.cli;

import dev.lamella.oci.Platform;
import dev.lamella.policy.ImageLimits;
import dev.lamella.policy.PublicationPolicy;
import dev.lamella.policy.RetentionRule;
import dev.lamella.policy.RetentionRules;
import dev.lamella.policy.SourceRules;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What may be published, and how long it is kept, as {@code generator.policy} says. {@code docs/policy.md} describes the file.
 *
 * @param publication what may be published
 * @param retention how long it is kept
 */
record PolicyFile(PublicationPolicy publication, RetentionRules retention) {

    private static final Duration TIME_MAX = Duration.ofDays(36_500);
    private static final ConfigType<Long> SIZE = ConfigType.size(1, 1L << 50);

    /** Allows everything, and keeps it. */
    static final PolicyFile OPEN = new PolicyFile(PublicationPolicy.DEFAULT, new RetentionRules(List.of()));

    /**
     * Reads the file.
     *
     * @throws ConfigException if anything in it is not right
     */
    static PolicyFile read(Path file) throws IOException {
        SettingsFile settings = SettingsFile.read(file);
        SettingsFile.Section policy = settings.section("policy");
        ImageLimits standard = ImageLimits.DEFAULT;
        var limits = new ImageLimits(
                policy.get("image-bytes-max", SIZE).orElse(standard.imageBytesMax()),
                policy.get("layer-bytes-max", SIZE).orElse(standard.layerBytesMax()),
                policy.get("layers-max", ConfigType.number(1, 1000)).orElse(standard.layersMax()));
        var platforms = new ArrayList<Platform>();
        for (String text : policy.get("platforms", ConfigType.platforms()).orElse(List.of())) {
            platforms.add(Platform.parse(text));
        }
        var sources = new ArrayList<SourceRules>();
        for (Map.Entry<String, SettingsFile.Section> entry :
                settings.sections("sources").entrySet()) {
            sources.add(source(entry.getValue()));
        }
        var retention = new ArrayList<RetentionRule>();
        for (Map.Entry<String, SettingsFile.Section> entry :
                settings.sections("retention").entrySet()) {
            retention.add(rule(entry.getValue()));
        }
        settings.requireNothingElse();
        return new PolicyFile(new PublicationPolicy(sources, platforms, limits), new RetentionRules(retention));
    }

    private static SourceRules source(SettingsFile.Section section) throws ConfigException {
        String source = section.require("source", ConfigType.text(80));
        try {
            return new SourceRules(
                    section.name(),
                    source,
                    section.get("allow", ConfigType.patterns()).orElse(List.of()),
                    section.get("deny", ConfigType.patterns()).orElse(List.of()));
        } catch (IllegalArgumentException e) {
            throw section.wrong("source", String.valueOf(e.getMessage()));
        }
    }

    private static RetentionRule rule(SettingsFile.Section section) throws ConfigException {
        var keepLast = section.get("keep-last", ConfigType.number(1, 1_000_000));
        return new RetentionRule(
                section.name(),
                section.require("repositories", ConfigType.patterns()),
                keepLast.isPresent() ? OptionalInt.of(keepLast.get()) : OptionalInt.empty(),
                section.get("keep-newer", ConfigType.time(TIME_MAX)).filter(time -> !time.isZero()),
                section.get("keep-used", ConfigType.truth()).orElse(true),
                section.get("drop-deleted", ConfigType.truth()).orElse(false));
    }
}
