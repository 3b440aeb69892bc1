package dev.lamella.generator;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs the work on an image's layers, some at a time. The first failure interrupts the others; all of them have ended when
 * {@link #run} returns, so that no draft is written to any more.
 */
final class ParallelLayers {

    private static final Logger LOG = LoggerFactory.getLogger(ParallelLayers.class);

    private final String reference;
    private final PublishLimits limits;

    /** The work on one layer. */
    @FunctionalInterface
    interface Work {
        PublishedLayer on(WantedLayer layer) throws IOException, InterruptedException;
    }

    ParallelLayers(String reference, PublishLimits limits) {
        this.reference = reference;
        this.limits = limits;
    }

    /** Works on all layers and returns what became of them in their order; throws the first failure, naming its layer. */
    List<PublishedLayer> run(List<WantedLayer> layers, Work work) throws IOException {
        if (layers.isEmpty()) {
            return List.of();
        }
        ThreadFactory threads = Thread.ofPlatform().name("layer-", 1).daemon().factory();
        ExecutorService executor =
                Executors.newFixedThreadPool(Math.min(limits.parallelLayers(), layers.size()), threads);
        try {
            CompletionService<PublishedLayer> completed = new ExecutorCompletionService<>(executor);
            var futures = new ArrayList<Future<PublishedLayer>>();
            Map<String, String> context = MDC.getCopyOfContextMap();
            for (WantedLayer layer : layers) {
                futures.add(completed.submit(() -> {
                    // What the log says of a layer names the job it is for, as the rest of the job does.
                    if (context != null) {
                        MDC.setContextMap(context);
                    }
                    return attempt(layer, work);
                }));
            }
            for (int i = 0; i < layers.size(); i++) {
                throwIfFailed(completed.take());
            }
            return futures.stream().map(Future::resultNow).toList();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while publishing " + reference);
        } finally {
            stop(executor);
        }
    }

    private PublishedLayer attempt(WantedLayer layer, Work work) throws PublishException, InterruptedException {
        try {
            return work.on(layer);
        } catch (IOException e) {
            throw new PublishException(reference, Optional.of(layer), e);
        }
    }

    private static void throwIfFailed(Future<PublishedLayer> done) throws InterruptedException, PublishException {
        try {
            PublishedLayer _ = done.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case PublishException failure -> throw failure;
                case Error error -> throw error;
                case RuntimeException fault -> throw fault;
                case InterruptedException interrupted -> throw interrupted;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private void stop(ExecutorService executor) {
        executor.shutdownNow();
        boolean interrupted = Thread.interrupted();
        try {
            if (!executor.awaitTermination(limits.cancelWaitMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn(
                        "{}: a layer's work did not stop in time; its draft is removed by the next publisher",
                        reference);
            }
        } catch (InterruptedException _) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
