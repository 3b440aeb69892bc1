package dev.lamella.service;

import dev.lamella.client.ApiJson;
import dev.lamella.client.JobView;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Streams of events about jobs: the job each time it has changed, and a comment now and then so that both ends notice when the other is gone.
 * As other generators may run the job, the database is looked at twice a second. Thread-safe.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events, HTML</a>
 */
final class EventStreams {

    private static final long LOOK_MILLIS = 500;
    private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final ServiceLimits.Http limits;
    private final Semaphore free;
    private final CountDownLatch stopping = new CountDownLatch(1);

    EventStreams(ServiceLimits.Http limits) {
        this.limits = limits;
        this.free = new Semaphore(limits.streams());
    }

    /** Returns how many streams there are. */
    int open() {
        return limits.streams() - free.availablePermits();
    }

    /** Streams a job until it has ended, the client goes away, or the time is over. */
    void follow(Call call, Supplier<Optional<JobView>> job) throws ProblemException, IOException {
        if (!free.tryAcquire()) {
            throw new ProblemException(
                    ProblemKind.TOO_MANY_REQUESTS,
                    "%d streams of events are open, more are not allowed; ask for the job now and then instead"
                            .formatted(limits.streams()),
                    Duration.ofSeconds(5));
        }
        try {
            stream(call.context().res(), job);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            free.release();
        }
    }

    private void stream(HttpServletResponse response, Supplier<Optional<JobView>> job)
            throws IOException, InterruptedException {
        response.setContentType("text/event-stream;charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        // Tells nginx not to hold events back.
        response.setHeader("X-Accel-Buffering", "no");
        OutputStream out = response.getOutputStream();
        long endNanos = System.nanoTime() + limits.streamTime().toNanos();
        long spokenNanos = System.nanoTime();
        Optional<JobView> told = Optional.empty();
        while (System.nanoTime() - endNanos < 0) {
            Optional<JobView> now = job.get();
            if (now.isEmpty()) {
                return;
            }
            if (!now.equals(told)) {
                write(out, event(now.get()));
                told = now;
                spokenNanos = System.nanoTime();
            } else if (System.nanoTime() - spokenNanos > limits.heartbeat().toNanos()) {
                write(out, HEARTBEAT);
                spokenNanos = System.nanoTime();
            }
            if (now.get().state().isFinal() || stopping.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    /** JSON has no line ends of its own, so an event's data is one line. */
    private static byte[] event(JobView job) {
        String json = new String(ApiJson.write(job), StandardCharsets.UTF_8);
        return "event: job\ndata: %s\n\n".formatted(json).getBytes(StandardCharsets.UTF_8);
    }

    private static void write(OutputStream out, byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Ends all streams, soon; clients come back to whoever answers then. */
    void stop() {
        stopping.countDown();
    }
}
