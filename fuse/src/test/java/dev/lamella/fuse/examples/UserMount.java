package dev.lamella.fuse.examples;

import dev.lamella.fuse.MountOptions;
import dev.lamella.fuse.Session;
import dev.lamella.fuse.SessionOptions;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * Serves the pass-through file system for whoever runs it, until its standard input ends:
 * {@code UserMount DIRECTORY MOUNT-POINT owner|everybody}. Says {@value #READY} when it is there.
 */
public final class UserMount {

    static final String READY = "mounted";

    private static final long SECOND_NANOS = 1_000_000_000;

    private UserMount() {}

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        var fileSystem =
                new PassthroughFileSystem(Path.of(arguments[0]), PassthroughFileSystem.Content.CACHED, SECOND_NANOS);
        MountOptions everybody = MountOptions.of("pass-user");
        MountOptions options = arguments[2].equals("owner") ? everybody.withOwnerOnly() : everybody;
        try (Session _ = Session.mount(Path.of(arguments[1]), options, fileSystem, SessionOptions.DEFAULT)) {
            System.out.println(READY);
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
