package dev.lamella.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Somebody else held a lock for longer than the caller would wait. */
public final class LockTimeoutException extends IOException {
    private static final long serialVersionUID = 1L;

    LockTimeoutException(Path path, Duration timeout) {
        super("%s: another process has held this lock for %d ms; try again when it is done"
                .formatted(path, timeout.toMillis()));
    }
}
