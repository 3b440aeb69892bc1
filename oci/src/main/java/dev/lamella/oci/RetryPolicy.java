package dev.lamella.oci;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats what fails for a while: pauses double from try to try, are shortened by chance and bounded in sum. */
final class RetryPolicy {

    private static final Logger log = LoggerFactory.getLogger(RetryPolicy.class);

    /** Something that may fail for a while. */
    interface Attempt<T> {
        T run() throws IOException;
    }

    private final RegistryLimits limits;
    private final Pauses pauses;

    RetryPolicy(RegistryLimits limits, Pauses pauses) {
        this.limits = limits;
        this.pauses = pauses;
    }

    /** Runs until it succeeds, fails for good or was tried often enough; throws the last failure. */
    <T> T run(Attempt<T> attempt) throws IOException {
        long pausedMillis = 0;
        for (int failures = 1; ; failures++) {
            try {
                return attempt.run();
            } catch (OciException e) {
                int tries = isConnectFailure(e) ? limits.connectTries() : limits.tries();
                long pauseMillis = pauseMillis(failures, e.retryAfterMillis());
                boolean tooLong = pauseMillis > limits.retryAfterMillisMax()
                        || pausedMillis + pauseMillis > limits.retryTotalMillis();
                if (!e.isPassing() || failures >= tries || tooLong) {
                    throw e;
                }
                log.debug("try {} of {} failed, next in {} ms: {}", failures, tries, pauseMillis, e.getMessage());
                pause(pauseMillis);
                pausedMillis += pauseMillis;
            }
        }
    }

    private static boolean isConnectFailure(OciException e) {
        return e.getCause() instanceof java.net.ConnectException
                || e.getCause() instanceof java.net.http.HttpConnectTimeoutException;
    }

    /** Returns the pause after so many failures. */
    long pauseMillis(int failures, OptionalLong askedMillis) {
        if (askedMillis.isPresent()) {
            return Math.max(0, askedMillis.getAsLong());
        }
        int doublings = Math.min(failures - 1, 30);
        long full = Math.min(limits.retryMillisMax(), limits.retryFirstMillis() << doublings);
        return full / 2 + (long) (pauses.chance() * (full - full / 2));
    }

    /** Waits; an interruption becomes an {@link InterruptedIOException} and stays set. */
    void pause(long millis) throws InterruptedIOException {
        try {
            pauses.pause(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted between two tries");
        }
    }

    /**
     * Reads a Retry-After header: seconds or a date.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#field.retry-after">RFC 9110, section 10.2.3</a>
     */
    OptionalLong retryAfterMillis(String header) {
        String value = header.strip();
        if (value.matches("\\d{1,9}")) {
            return OptionalLong.of(Long.parseLong(value) * 1000);
        }
        try {
            Instant date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return OptionalLong.of(Math.max(
                    0,
                    Duration.between(Instant.ofEpochMilli(pauses.nowMillis()), date)
                            .toMillis()));
        } catch (DateTimeException _) {
            return OptionalLong.empty();
        }
    }
}
