package dev.lamella.fuse;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lamella.linux.Descriptor;
import dev.lamella.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A file that the kernel reads and writes on behalf of the file system, {@link Opened#passthrough}. It may be closed as
 * soon as the answer that names it has been sent, or kept for further openings; files that are open keep it alive.
 *
 * <p>Needs CAP_SYS_ADMIN in the first user namespace, and {@link Feature#PASSTHROUGH}.
 */
public final class BackingFile implements AutoCloseable {

    /** {@code _IOW(229, 1, struct fuse_backing_map)}. */
    private static final long FUSE_DEV_IOC_BACKING_OPEN = 0x4010e501L;
    /** {@code _IOW(229, 2, uint32_t)}. */
    private static final long FUSE_DEV_IOC_BACKING_CLOSE = 0x4004e502L;

    private static final int MAP_BYTES = 16;

    private final Descriptor device;
    private final int id;

    private BackingFile(Descriptor device, int id) {
        this.device = device;
        this.id = id;
    }

    static BackingFile open(Descriptor device, int file) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment map = arena.allocate(MAP_BYTES, 8); // fd s32, flags u32, padding u64
            map.set(JAVA_INT, 0, file);
            return new BackingFile(device, device.control(FUSE_DEV_IOC_BACKING_OPEN, map));
        }
    }

    /** Returns the kernel's number of it, at least 1. */
    public int id() {
        return id;
    }

    @Override
    public void close() throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            device.control(FUSE_DEV_IOC_BACKING_CLOSE, arena.allocateFrom(JAVA_INT, id));
        }
    }
}
