package dev.lamella.door;

import dev.lamella.oci.Reference;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Has layers shown that engines look for in the layer store: the whole image at a time, by the policy of all doors. What was not found is remembered
 * for a while, since an engine asks for each layer of an image. Thread-safe.
 */
final class LayerStoreMisses {

    static final Duration REMEMBERED = Duration.ofSeconds(10);
    private static final int REMEMBERED_MAX = 1000;

    private final Supplier<Optional<PullService>> pulls;
    private final Map<LayerStoreName, Long> untilNanos = new LinkedHashMap<>();

    LayerStoreMisses(Supplier<Optional<PullService>> pulls) {
        this.pulls = pulls;
    }

    /**
     * Has the image shown that a layer is to be one of, if it is known.
     *
     * @return whether it is worth while to look again
     * @throws InterruptedException if nobody waits any more
     */
    boolean fetch(LayerStoreName layer) throws InterruptedException {
        Optional<Reference> reference = layer.reference();
        Optional<PullService> service = pulls.get();
        if (reference.isEmpty() || service.isEmpty()) {
            return false;
        }
        var image = new LayerStoreName(reference, Optional.empty());
        if (isRemembered(image) || isRemembered(layer)) {
            return false;
        }
        try {
            PullAnswer answer = service.get()
                    .pull(new PullRequest(reference.get(), Optional.empty(), Optional.empty(), Door.LAYER_STORE));
            if (!answer.outcome().isInPlace()) {
                remember(image);
            }
            return answer.outcome().isInPlace();
        } catch (InterruptedIOException e) {
            throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
        }
    }

    private synchronized boolean isRemembered(LayerStoreName name) {
        Long until = untilNanos.get(name);
        if (until != null && until - System.nanoTime() > 0) {
            return true;
        }
        untilNanos.remove(name);
        return false;
    }

    /** Keeps in mind for a while that a layer is not to be had. */
    synchronized void remember(LayerStoreName name) {
        untilNanos.remove(name);
        untilNanos.put(name, System.nanoTime() + REMEMBERED.toNanos());
        if (untilNanos.size() > REMEMBERED_MAX) {
            untilNanos.remove(untilNanos.keySet().iterator().next());
        }
    }
}
