package dev.lamella.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Direct autofs mounts: who walks into one waits until this process has mounted something over it, or has said that it cannot.
 *
 * <p>The kernel asks by a pipe, one for all mounts of this object. Processes of this process's own group never wait, but see the empty
 * directory below: so {@link ProcessGroup#lead} comes first. {@code stat} alone does not count as walking into one.
 *
 * <p>When the pipe's reader is gone, the mounts stay, as empty directories, until another process {@link #adopt}s them. The first process that then walks
 * into one is sent SIGPIPE (seen with Linux 6.18), from which programs in Go do not end.
 *
 * <p>Thread-safe, but for one reader of {@link #await}. Needs CAP_SYS_ADMIN, Linux 6.5 and glibc 2.36.
 *
 * @see <a href="https://docs.kernel.org/filesystems/autofs.html">autofs in the kernel's documentation</a>
 * @see <a href="https://docs.kernel.org/filesystems/autofs-mount-control.html">and its control device</a>
 */
public final class Autofs implements AutoCloseable {

    /** The type of such mounts. */
    public static final String TYPE = "autofs";

    private static final String PIPE = "the pipe of autofs";
    private static final Path CONTROL = Path.of("/dev/autofs");

    /** struct autofs_v5_packet: version, type, token, dev u32 each, ino u64, uid, gid, pid, tgid, len u32 each, name 256; padded to 8. */
    private static final int PACKET_BYTES = 304;

    private static final int PACKET_TYPE_MISSING_DIRECT = 5;
    private static final int TYPE_OFFSET = 4;
    private static final int TOKEN_OFFSET = 8;
    private static final int DEVICE_OFFSET = 12;
    private static final int PID_OFFSET = 32;

    private static final long IOC_READY = 0x9360;
    private static final long IOC_FAIL = 0x9361;

    /** struct autofs_dev_ioctl: ver_major, ver_minor, size u32, ioctlfd s32, an argument of 8 bytes, a path. */
    private static final int CONTROL_BYTES = 24;

    private static final int SIZE_OFFSET = 8;
    private static final int DESCRIPTOR_OFFSET = 12;
    private static final int ARGUMENT_OFFSET = 16;

    private static final long DEV_IOCTL_OPENMOUNT = 0xC018_9374L;
    private static final long DEV_IOCTL_SETPIPEFD = 0xC018_9378L;
    private static final long DEV_IOCTL_CATATONIC = 0xC018_9379L;

    private static final int CLOSE_SECONDS_MAX = 3;

    private static final int O_CLOEXEC = 02000000;
    private static final int FSOPEN_CLOEXEC = 1;
    private static final int FSMOUNT_CLOEXEC = 1;
    private static final int FSCONFIG_SET_FLAG = 0;
    private static final int FSCONFIG_SET_STRING = 1;
    private static final int FSCONFIG_CMD_CREATE = 6;
    private static final int AT_FDCWD = -100;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final int MOVE_MOUNT_BENEATH = 0x200;

    private final String source;
    private final OpenFile control;
    private final Descriptor reading;
    private final Descriptor writing;
    private final AtomicBoolean isRead = new AtomicBoolean();
    private final CountDownLatch readToTheEnd = new CountDownLatch(1);

    /**
     * Somebody waits.
     *
     * @param device number of the file system walked into, as {@link #place} returned it
     * @param token names the request
     * @param pid who waits
     */
    public record Request(long device, int token, int pid) {}

    private Autofs(String source, OpenFile control, Descriptor reading, Descriptor writing) {
        this.source = source;
        this.control = control;
        this.reading = reading;
        this.writing = writing;
    }

    /**
     * Opens the pipe.
     *
     * @param source what the mounts are said to be of, in {@code /proc/mounts}
     * @throws LinuxException if this kernel has no autofs ({@link Errno#ENOENT}), or this user may not
     */
    public static Autofs open(String source) throws LinuxException {
        OpenFile control = OpenFile.forReading(CONTROL);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            Libc.PIPE2.call(PIPE, ends, O_CLOEXEC);
            return new Autofs(
                    source,
                    control,
                    Descriptor.adopt(ends.getAtIndex(JAVA_INT, 0), PIPE),
                    Descriptor.adopt(ends.getAtIndex(JAVA_INT, 1), PIPE));
        } catch (LinuxException e) {
            control.close();
            throw e;
        }
    }

    /**
     * Makes an autofs mount.
     *
     * @param target a directory
     * @param beneath whether it goes beneath what is mounted there, which must not be the process's root
     * @return the number of its file system
     */
    public long place(Path target, boolean beneath) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            String object = "autofs on " + target;
            int context = (int) Libc.FSOPEN.call(object, Libc.string(arena, TYPE), FSOPEN_CLOEXEC);
            try {
                set(context, object, "source", source);
                set(context, object, "fd", String.valueOf(writing.number()));
                set(context, object, "minproto", "5");
                set(context, object, "maxproto", "5");
                configure(context, object, FSCONFIG_SET_FLAG, Optional.of("direct"), Optional.empty());
                configure(context, object, FSCONFIG_CMD_CREATE, Optional.empty(), Optional.empty());
                int mount = (int) Libc.FSMOUNT.call(object, context, FSMOUNT_CLOEXEC, 0);
                try {
                    int flags = MOVE_MOUNT_F_EMPTY_PATH | (beneath ? MOVE_MOUNT_BENEATH : 0);
                    Libc.MOVE_MOUNT.call(
                            object, mount, Libc.string(arena, ""), AT_FDCWD, Libc.string(arena, target), flags);
                    return FileStatus.of(object, mount).fileSystem();
                } finally {
                    Libc.CLOSE.call(object, mount);
                }
            } finally {
                Libc.CLOSE.call(object, context);
            }
        }
    }

    private static void set(int context, String object, String key, String value) throws LinuxException {
        configure(context, object, FSCONFIG_SET_STRING, Optional.of(key), Optional.of(value));
    }

    private static void configure(int context, String object, int command, Optional<String> key, Optional<String> value)
            throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            Libc.FSCONFIG.call(
                    object,
                    context,
                    command,
                    key.map(text -> Libc.string(arena, text)).orElse(MemorySegment.NULL),
                    value.map(text -> Libc.string(arena, text)).orElse(MemorySegment.NULL),
                    0);
        }
    }

    /**
     * Takes over an autofs mount of a process that is gone: from now on, this one is asked. Who has been waiting gets ENOENT.
     *
     * @param target where it is, covered or not
     * @param device the number of its file system
     */
    public void adopt(Path target, long device) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            int root = openRoot(control, target, device);
            try {
                MemorySegment message = message(arena, root, 0, "");
                Libc.IOCTL.call(target.toString(), control.descriptor(), DEV_IOCTL_CATATONIC, message);
                message = message(arena, root, writing.number(), "");
                Libc.IOCTL.call(target.toString(), control.descriptor(), DEV_IOCTL_SETPIPEFD, message);
            } finally {
                Libc.CLOSE.call(target.toString(), root);
            }
        }
    }

    /**
     * Makes an autofs mount an empty directory; who waits at it gets ENOENT. To be done before it is unmounted, since nobody can answer
     * those who wait at a mount that has no place any more. Any process may.
     *
     * @param target where it is, covered or not
     * @param device the number of its file system
     */
    public static void retire(Path target, long device) throws LinuxException {
        try (OpenFile control = OpenFile.forReading(CONTROL);
                Arena arena = Arena.ofConfined()) {
            int root = openRoot(control, target, device);
            try {
                MemorySegment message = message(arena, root, 0, "");
                Libc.IOCTL.call(target.toString(), control.descriptor(), DEV_IOCTL_CATATONIC, message);
            } finally {
                Libc.CLOSE.call(target.toString(), root);
            }
        }
    }

    /**
     * Waits until somebody walks into one of the mounts.
     *
     * @return the request, which is to be answered; none after {@link #close}
     */
    public Optional<Request> await() throws LinuxException {
        isRead.set(true);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packet = arena.allocate(PACKET_BYTES, 8);
            while (true) {
                long length = reading.read(packet);
                if (length < 0) {
                    throw new LinuxException("read", PIPE, (int) -length);
                }
                if (length < PACKET_BYTES) {
                    reading.close();
                    readToTheEnd.countDown();
                    return Optional.empty();
                }
                if (packet.get(JAVA_INT, TYPE_OFFSET) == PACKET_TYPE_MISSING_DIRECT) {
                    return Optional.of(new Request(
                            decode(packet.get(JAVA_INT, DEVICE_OFFSET)),
                            packet.get(JAVA_INT, TOKEN_OFFSET),
                            packet.get(JAVA_INT, PID_OFFSET)));
                }
            }
        }
    }

    /**
     * Lets those go on who wait.
     *
     * @param target where the autofs mount is
     * @param request what was asked
     * @param mounted whether something is mounted over it now; if not, they get ENOENT
     */
    public void answer(Path target, Request request, boolean mounted) throws LinuxException {
        int root = openRoot(control, target, request.device());
        try {
            // Through the mount itself and not the control device, which serves the process group only that made the
            // mount.
            Libc.IOCTL_INT.call(target.toString(), root, mounted ? IOC_READY : IOC_FAIL, (long) request.token());
        } finally {
            Libc.CLOSE.call(target.toString(), root);
        }
    }

    /** Opens the root of an autofs mount, which may be covered. */
    private static int openRoot(OpenFile control, Path target, long device) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = message(arena, -1, encode(device), target.toString());
            Libc.IOCTL.call(target.toString(), control.descriptor(), DEV_IOCTL_OPENMOUNT, message);
            return message.get(JAVA_INT, DESCRIPTOR_OFFSET);
        }
    }

    private static MemorySegment message(Arena arena, int descriptor, int argument, String path) {
        byte[] text = path.getBytes(StandardCharsets.UTF_8);
        int size = CONTROL_BYTES + (text.length == 0 ? 0 : text.length + 1);
        MemorySegment message = arena.allocate(size, 8);
        message.set(JAVA_INT, 0, 1);
        message.set(JAVA_INT, 4, 1);
        message.set(JAVA_INT, SIZE_OFFSET, size);
        message.set(JAVA_INT, DESCRIPTOR_OFFSET, descriptor);
        message.set(JAVA_INT, ARGUMENT_OFFSET, argument);
        MemorySegment.copy(text, 0, message, JAVA_BYTE, CONTROL_BYTES, text.length);
        return message;
    }

    /** As the kernel's new_encode_dev(): the minor number's upper bits behind the major number. */
    static int encode(long device) {
        int major = (int) (device >>> 32);
        int minor = (int) device;
        return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
    }

    static long decode(int encoded) {
        int major = (encoded & 0xfff00) >>> 8;
        int minor = (encoded & 0xff) | ((encoded >>> 12) & 0xfff00);
        return ((long) major << 32) | minor;
    }

    /**
     * Ends {@link #await}, and waits until it has. The mounts stay, as empty directories for whoever walks into them from now on. Who did just before
     * waits until the mount is {@linkplain #retire retired} or {@linkplain #adopt adopted}.
     */
    @Override
    public void close() throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            // The kernel has the pipe's writing end too, so closing ours would not end the read: a short packet does.
            long written = writing.write(arena.allocate(1));
            if (written < 0) {
                throw new LinuxException("write", PIPE, (int) -written);
            }
            if (!isRead.get()) {
                reading.close();
            } else if (!readToTheEnd.await(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new LinuxException("close", PIPE, Errno.EBUSY);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            writing.close();
            control.close();
        }
    }
}
