package dev.lamella.testkit;

import dev.lamella.linux.LinuxException;
import dev.lamella.linux.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** A file system that is mounted until this is closed. Needs root, and for EROFS Linux 6.12 or later. */
public final class Mounted implements AutoCloseable {

    private final Path target;

    private Mounted(Path target) {
        this.target = target;
    }

    /** Mounts an EROFS image whose content is in another file. */
    public static Mounted erofs(Path image, Path data, Path target) throws IOException {
        return mount(image.toString(), target, "erofs", Set.of(Mounts.Flag.READ_ONLY), "device=" + data);
    }

    /** Mounts an EROFS image that has everything in it. */
    public static Mounted erofs(Path image, Path target) throws IOException {
        return mount(image.toString(), target, "erofs", Set.of(Mounts.Flag.READ_ONLY), "");
    }

    /** Mounts an empty file system in memory, which takes every name, time and attribute that a layer may have. */
    public static Mounted memory(Path target) throws IOException {
        return mount("lamella-test", target, "tmpfs", Set.of(), "size=2g,mode=0755");
    }

    private static Mounted mount(String source, Path target, String type, Set<Mounts.Flag> flags, String options)
            throws IOException {
        Files.createDirectories(target);
        try {
            Mounts.mount(source, target, type, flags, options);
        } catch (LinuxException e) {
            throw new IOException("the system ring needs root and Linux 6.12 or later: " + e.getMessage(), e);
        }
        return new Mounted(target);
    }

    /** Returns where it is mounted. */
    public Path target() {
        return target;
    }

    @Override
    public void close() throws IOException {
        Mounts.unmount(target);
    }
}
