package dev.lamella.cli;

import dev.lamella.filetree.Digest;
import dev.lamella.oci.ImageConfig;
import dev.lamella.store.BlobRecord;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.StoreException;
import dev.lamella.volume.Finding;
import dev.lamella.volume.Volume;
import dev.lamella.volume.VolumeException;
import dev.lamella.volume.VolumeVerifier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lamella verify}. */
@Command(
        name = "verify",
        description = {
            "Check volumes against their signature, their digests and the image's own config.",
            "Reads every byte, and derives each index again from its tar, unless --quick is given."
        })
final class VerifyCommand implements Callable<Integer> {

    private static final double NANOS_PER_SECOND = 1e9;

    private final Session session;

    @Parameters(arity = "0..*", paramLabel = "IMAGE|DIGEST", description = "Images and layers to check.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--all", description = "Check everything in the store.")
    private boolean all;

    @Option(names = "--quick", description = "Check signatures, sizes and indexes only.")
    private boolean quick;

    VerifyCommand(Session session) {
        this.session = session;
    }

    /** What is to be checked, and what was found. */
    private static final class Report {
        private final Set<Digest> layers = new LinkedHashSet<>();
        private final List<Map<String, Object>> findings = new ArrayList<>();
        private long dataSizeBytes;

        void add(String subject, String problem) {
            findings.add(Json.object("subject", subject, "problem", problem));
        }
    }

    @Override
    public Integer call() throws IOException {
        if (all != names.isEmpty()) {
            throw new CommandException(ExitCode.USAGE, "verify: name images or layers, or give --all, not both");
        }
        long start = System.nanoTime();
        DirectoryStore store = session.readStore();
        var report = new Report();
        collect(store, report);
        var verifier = new VolumeVerifier(session.trustedKeys(), session.layerLimits());
        for (Digest diffId : report.layers) {
            verify(diffId, store, verifier, report);
        }
        verifyNames(store, report);
        for (Map<String, Object> finding : report.findings) {
            session.err().println("lamella: %s: %s".formatted(finding.get("subject"), finding.get("problem")));
        }
        long elapsedNanos = System.nanoTime() - start;
        boolean sound = report.findings.isEmpty();
        session.result(
                Json.object(
                        "sound",
                        sound,
                        "depth",
                        quick ? "quick" : "full",
                        "layers",
                        report.layers.size(),
                        "dataSizeBytes",
                        report.dataSizeBytes,
                        "findings",
                        report.findings),
                session.options().quiet() ? "" : summary(report, elapsedNanos));
        return (sound ? ExitCode.OK : ExitCode.BAD_DATA).number();
    }

    private String summary(Report report, long elapsedNanos) {
        return "%s: %d layers, %s%s, %.1f s"
                .formatted(
                        report.findings.isEmpty() ? "sound" : "DAMAGED (%d findings)".formatted(report.findings.size()),
                        report.layers.size(),
                        ByteSize.mebibytes(report.dataSizeBytes),
                        quick ? " not read (--quick)" : " read",
                        elapsedNanos / NANOS_PER_SECOND);
    }

    private void collect(DirectoryStore store, Report report) throws IOException {
        if (all) {
            for (ImageRecord image : store.images()) {
                collectImage(image, report);
            }
            report.layers.addAll(store.volumes());
            return;
        }
        var finder = new ImageFinder(session, store);
        for (String name : names) {
            Optional<Digest> layer = findLayer(finder, store, name);
            if (layer.isPresent()) {
                report.layers.add(layer.get());
            } else {
                collectImage(finder.image(name), report);
            }
        }
    }

    /** A damaged layer must be found by its DiffID though it cannot be opened. */
    private static Optional<Digest> findLayer(ImageFinder finder, DirectoryStore store, String name)
            throws IOException {
        Optional<Digest> listed = store.volumes().stream()
                .filter(diffId -> name.equals(diffId.toString()) || name.equals(diffId.hex()))
                .findFirst();
        return listed.isPresent()
                ? listed
                : finder.findVolume(name).map(volume -> volume.descriptor().diffId());
    }

    /** The image's own config, whose digest is in the signed manifest's bytes, says what DiffIDs its layers have. */
    private static void collectImage(ImageRecord image, Report report) throws IOException {
        List<Digest> diffIds = ImageConfig.parse(image.config().toByteArray(), "config " + image.configDigest())
                .diffIds();
        List<Digest> recorded =
                image.layers().stream().map(layer -> layer.diffId()).toList();
        if (!diffIds.equals(recorded)) {
            report.add(
                    "image " + image.manifestDigest(),
                    "the store's record lists other layers than the image's config: %s, expected %s"
                            .formatted(recorded, diffIds));
        }
        report.layers.addAll(diffIds);
    }

    /** A layer whose blob has a table of contents must be found by the digest of that too. */
    private static void verifyNames(DirectoryStore store, Report report) throws IOException {
        for (BlobRecord blob : store.blobs()) {
            if (blob.tocDigest().isEmpty() || !report.layers.contains(blob.diffId())) {
                continue;
            }
            Digest toc = blob.tocDigest().get();
            String subject = "layer " + blob.diffId();
            try {
                if (store.blobOfToc(toc).isEmpty()) {
                    report.add(subject, "is not found by its TOC digest %s; publish the image again".formatted(toc));
                }
            } catch (VolumeException | StoreException e) {
                report.add(subject, String.valueOf(e.getMessage()));
            }
        }
    }

    private void verify(Digest diffId, DirectoryStore store, VolumeVerifier verifier, Report report)
            throws IOException {
        String subject = "layer " + diffId;
        Optional<Volume> volume;
        try {
            volume = store.volume(diffId);
        } catch (VolumeException | StoreException e) {
            report.add(subject, String.valueOf(e.getMessage()));
            return;
        }
        if (volume.isEmpty()) {
            report.add(subject, "missing: the store has no such volume");
            return;
        }
        session.tell("verifying %s (%s)"
                .formatted(subject, ByteSize.mebibytes(volume.get().descriptor().dataSizeBytes())));
        VolumeVerifier.Depth depth = quick ? VolumeVerifier.Depth.QUICK : VolumeVerifier.Depth.FULL;
        for (Finding finding : verifier.verify(volume.get().directory(), diffId, depth)) {
            report.add(subject, finding.toString());
        }
        report.dataSizeBytes += volume.get().descriptor().dataSizeBytes();
    }
}
