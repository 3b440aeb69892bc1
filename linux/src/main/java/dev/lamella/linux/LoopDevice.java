package dev.lamella.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A read-only loop device over a file, which the kernel frees by itself when nobody has it open or mounted any more.
 *
 * <p>Close it after mounting: the mount keeps it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man4/loop.4.html">loop(4)</a>
 */
public final class LoopDevice implements AutoCloseable {

    private static final Path CONTROL = Path.of("/dev/loop-control");
    private static final long LOOP_CONFIGURE = 0x4C0A;
    private static final long LOOP_CTL_GET_FREE = 0x4C82;
    private static final int FLAG_READ_ONLY = 1;
    private static final int FLAG_AUTOCLEAR = 4;

    /** struct loop_config: fd u32, block_size u32, struct loop_info64 (232 bytes), reserved 8 * u64. */
    private static final int CONFIG_BYTES = 4 + 4 + 232 + 64;

    /** lo_flags in struct loop_info64: after lo_device, lo_inode, lo_rdevice, lo_offset, lo_sizelimit, lo_number and two u32. */
    private static final int FLAGS_OFFSET = 8 + 5 * 8 + 3 * 4;

    /** Another process may take the device between asking for its number and taking it. */
    private static final int ATTEMPTS_MAX = 64;

    private final OpenFile device;
    private final Path path;

    private LoopDevice(OpenFile device, Path path) {
        this.device = device;
        this.path = path;
    }

    /**
     * Attaches a file to a free loop device.
     *
     * @throws LinuxException if there is no loop device to be had
     */
    public static LoopDevice attachReadOnly(Path file) throws LinuxException {
        try (OpenFile backing = OpenFile.forReading(file);
                OpenFile control = OpenFile.forWriting(CONTROL);
                Arena arena = Arena.ofConfined()) {
            MemorySegment config = arena.allocate(CONFIG_BYTES, 8);
            config.set(JAVA_INT, 0, backing.descriptor());
            config.set(JAVA_INT, FLAGS_OFFSET, FLAG_READ_ONLY | FLAG_AUTOCLEAR);
            for (int attempt = 1; ; attempt++) {
                long number = Libc.IOCTL_INT.call(CONTROL.toString(), control.descriptor(), LOOP_CTL_GET_FREE, 0L);
                Path path = Path.of("/dev/loop" + number);
                OpenFile device = OpenFile.forReading(path);
                try {
                    Libc.IOCTL.call(path + " over " + file, device.descriptor(), LOOP_CONFIGURE, config);
                    return new LoopDevice(device, path);
                } catch (LinuxException e) {
                    device.close();
                    if (e.errno() != Errno.EBUSY || attempt == ATTEMPTS_MAX) {
                        throw e;
                    }
                }
            }
        }
    }

    /** Returns the device's path, {@code /dev/loopN}. */
    public Path path() {
        return path;
    }

    @Override
    public void close() throws LinuxException {
        device.close();
    }
}
