package dev.lamella.door;

import dev.lamella.oci.EngineConfig;
import dev.lamella.oci.ForwardAnswer;
import dev.lamella.oci.ImageManifest;
import dev.lamella.oci.IndexManifest;
import dev.lamella.oci.Manifest;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Reference;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks into manifests that pass by: has the node prepare images, and remembers indexes. Thread-safe. */
final class ManifestPreparer {

    private static final Logger LOG = LoggerFactory.getLogger(ManifestPreparer.class);

    private final NodeAsker node;
    private final RecentIndexes indexes;
    private final Function<OptionalInt, EngineConfig> configs;
    private final int manifestBytesMax;

    ManifestPreparer(NodeAsker node, Function<OptionalInt, EngineConfig> configs, MirrorLimits limits) {
        this.node = node;
        this.configs = configs;
        this.manifestBytesMax = limits.manifestBytes();
        this.indexes =
                new RecentIndexes(limits.indexEntries(), limits.indexMillis(), () -> System.nanoTime() / 1_000_000);
    }

    /**
     * Reads a manifest and comes back when it may be answered.
     *
     * @return what was read of it: all, or the beginning of one that is larger than the limit
     */
    byte[] prepare(Reference reference, ForwardAnswer answer, OptionalInt uid) throws IOException {
        byte[] content = answer.body().readNBytes(manifestBytesMax + 1);
        if (content.length > manifestBytesMax) {
            return content;
        }
        boolean altered =
                reference.digest().filter(digest -> !digest.matches(content)).isPresent();
        if (altered) {
            LOG.warn(
                    "{}: {} gave a manifest of another digest; the engine will refuse it",
                    reference,
                    answer.endpoint());
            return content;
        }
        List<String> type = answer.headers().getOrDefault("Content-Type", List.of());
        try {
            switch (Manifest.parse(content, type.isEmpty() ? "" : type.getFirst(), "manifest of " + reference)) {
                case IndexManifest index -> indexes.add(reference, index);
                case ImageManifest _ ->
                    node.prepare(
                            indexes.nameOf(reference),
                            reference,
                            wanted -> configs.apply(uid).credentials(wanted));
            }
        } catch (OciException e) {
            // An artifact, or an image that cannot be shown in place: not ours, and the engine's to judge.
            LOG.debug("{}", e.getMessage());
        }
        return content;
    }
}
