package dev.lamella.door;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/** Warns of what goes wrong, at most once a second for each cause: a broken node must not fill the log. Thread-safe. */
final class Complaints {

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Logger log;
    private final Map<String, Long> last = new ConcurrentHashMap<>();

    Complaints(Logger log) {
        this.log = log;
    }

    /**
     * Warns.
     *
     * @param cause one of a few words
     */
    void warn(String cause, String message) {
        long now = System.nanoTime();
        Long said = last.get(cause);
        boolean due = said == null
                ? last.putIfAbsent(cause, now) == null
                : now - said >= PAUSE_NANOS && last.replace(cause, said, now);
        if (due) {
            log.warn("{}: {}", cause, message);
        }
    }
}
