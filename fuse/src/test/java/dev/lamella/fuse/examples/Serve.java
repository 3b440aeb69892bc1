package dev.lamella.fuse.examples;

import dev.lamella.fuse.Feature;
import dev.lamella.fuse.MountOptions;
import dev.lamella.fuse.Session;
import dev.lamella.fuse.SessionOptions;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Serves the pass-through file system until it is unmounted:
 * {@code Serve DIRECTORY MOUNT-POINT cached|direct|passthrough [VALID-SECONDS]}.
 */
public final class Serve {

    private static final long SECOND_NANOS = 1_000_000_000;

    private Serve() {}

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        var content = PassthroughFileSystem.Content.valueOf(arguments[2].toUpperCase(Locale.ROOT));
        long validSeconds = arguments.length > 3 ? Long.parseLong(arguments[3]) : 1;
        var fileSystem = new PassthroughFileSystem(Path.of(arguments[0]), content, validSeconds * SECOND_NANOS);
        SessionOptions options = SessionOptions.DEFAULT.with(Feature.ATOMIC_O_TRUNC);
        if (content == PassthroughFileSystem.Content.PASSTHROUGH) {
            options = options.with(Feature.PASSTHROUGH);
        }
        try (Session session = Session.mount(Path.of(arguments[1]), MountOptions.of("pass"), fileSystem, options)) {
            session.await();
        }
    }
}
