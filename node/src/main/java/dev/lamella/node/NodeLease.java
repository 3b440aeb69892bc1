package dev.lamella.node;

import dev.lamella.filetree.Digest;
import dev.lamella.store.Lease;
import dev.lamella.store.LeaseTerms;
import dev.lamella.store.VolumeStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's lease in the store: garbage collections keep what it names. A node that cannot write one, or not in time, works all the same; what it
 * shows is then kept only by the references of its images, and for the grace time. Used under the lock of the node.
 */
final class NodeLease {

    private static final Logger LOG = LoggerFactory.getLogger(NodeLease.class);

    /** The store may hang, and nothing here waits for it longer. */
    private static final Duration WAIT = Duration.ofSeconds(5);

    private static final Duration RETRY = Duration.ofMinutes(1);
    private static final Duration RENEWAL_MAX = Duration.ofHours(1);
    private static final int RENEWALS = 4;
    private static final int HOST_CHARACTERS_MAX = 60;

    private final VolumeStore store;
    private final Path nameFile;
    private final Optional<Duration> lasts;

    /** A write that hangs must not come true after a later one. */
    private final AtomicBoolean writing = new AtomicBoolean();

    private Instant due = Instant.MIN;
    private String complaint = "";

    NodeLease(NodeConfig config, VolumeStore store) {
        this.store = store;
        this.nameFile = config.state().resolve("lease");
        this.lasts = config.lease();
    }

    /** Returns whether the lease should be renewed. By the wall clock, which goes on while the machine sleeps. */
    boolean isDue() {
        return lasts.isPresent() && !Instant.now().isBefore(due);
    }

    /** Has the lease name these images and layers and no others; with none of them it is given up. */
    void cover(Collection<Digest> images, Collection<Digest> layers) {
        if (lasts.isEmpty()) {
            return;
        }
        due = Instant.now().plus(RETRY);
        try {
            var terms = new LeaseTerms(name(), "node " + host(), lasts.get(), Set.copyOf(images), Set.copyOf(layers));
            if (!writing.compareAndSet(false, true)) {
                throw new TimeoutException("an earlier write still waits for the store");
            }
            boolean _ = TimeLimit.within(WAIT, "lease", () -> write(terms));
            due = Instant.now().plus(pause(lasts.get()));
            complaint = "";
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException _) {
            complain("the store does not answer within %d s".formatted(WAIT.toSeconds()));
        } catch (IOException e) {
            complain(e.toString());
        }
    }

    /** Has the lease name more than is shown, as long as that is being made ready. */
    void cover(ImageStore shown, Collection<Digest> moreImages, Collection<Digest> moreLayers) throws IOException {
        if (lasts.isEmpty()) {
            return;
        }
        var images = new TreeSet<>(moreImages);
        shown.images().forEach(image -> images.add(image.digest()));
        var layers = new TreeSet<>(moreLayers);
        shown.layers().forEach(layer -> layers.add(layer.diffId()));
        cover(images, layers);
    }

    private boolean write(LeaseTerms terms) throws IOException {
        try {
            if (terms.images().isEmpty() && terms.layers().isEmpty()) {
                return store.removeLease(terms.name());
            }
            Lease _ = store.putLease(terms);
            return true;
        } finally {
            writing.set(false);
        }
    }

    private static Duration pause(Duration lasts) {
        Duration pause = lasts.dividedBy(RENEWALS);
        return pause.compareTo(RENEWAL_MAX) < 0 ? pause : RENEWAL_MAX;
    }

    private void complain(String reason) {
        if (!reason.equals(complaint)) {
            complaint = reason;
            LOG.warn(
                    "no lease in the store: a garbage collection keeps this node's layers only as long as their images have references, and for its grace time: {}",
                    reason);
        }
    }

    /** Returns the lease's name, made up at first; a machine cloned with its files gets another, unless it has the same host name. */
    private String name() throws IOException {
        String prefix = "node-" + host() + "-";
        try {
            String name = Files.readString(nameFile, StandardCharsets.US_ASCII).strip();
            if (name.startsWith(prefix)) {
                return name;
            }
        } catch (NoSuchFileException _) {
            // the first lease
        }
        String name = prefix + UUID.randomUUID();
        NodeFiles.write(nameFile, (name + "\n").getBytes(StandardCharsets.US_ASCII));
        return name;
    }

    private static String host() throws IOException {
        String host = Files.readString(Path.of("/proc/sys/kernel/hostname"), StandardCharsets.ISO_8859_1)
                .strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9.-]", "-");
        return host.substring(0, Math.min(host.length(), HOST_CHARACTERS_MAX));
    }
}
