package dev.lamella.fuse;

import dev.lamella.linux.Descriptor;
import dev.lamella.linux.Errno;
import dev.lamella.linux.LinuxException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file system being served. {@link #mount} begins one; {@link #resume} goes on with one that another process, or
 * another session of this process, began.
 *
 * <p>{@link KeptMount} does the latter when this process dies.
 *
 * <p>It ends when somebody unmounts it, which {@link #await} waits for, by {@link #close}, which unmounts it, or by
 * {@link #stop}, which leaves the mount to a successor. May be used by many threads at a time, though not by a handler.
 */
public final class Session implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final Descriptor device;
    /** Of this session; none if it was made by a predecessor. */
    private final @Nullable FuseMount mount;

    private final Agreement agreement;
    private final FileSystem fileSystem;
    private final Notifier notifier;
    private final AtomicBoolean over = new AtomicBoolean();
    private final Readers readers;

    private Session(
            Descriptor device,
            @Nullable FuseMount mount,
            Agreement agreement,
            FileSystem fileSystem,
            SessionOptions options)
            throws LinuxException {
        this.device = device;
        this.mount = mount;
        this.agreement = agreement;
        this.fileSystem = fileSystem;
        this.notifier = new Notifier(device);
        this.readers = Readers.open(device, agreement, fileSystem, options);
    }

    private Session started() throws IOException {
        try {
            fileSystem.begin(this);
            readers.start();
            return this;
        } catch (IOException | RuntimeException | Error e) {
            stop();
            throw e;
        }
    }

    /**
     * Mounts a file system and serves it. By mount(2) if this process may, else by {@code fusermount3} of libfuse.
     *
     * @param target an existing directory
     * @throws IOException if it cannot be mounted
     */
    public static Session mount(Path target, MountOptions mountOptions, FileSystem fileSystem, SessionOptions options)
            throws IOException {
        if (options.features().contains(Feature.ALLOW_IDMAP) && !mountOptions.defaultPermissions()) {
            throw new IllegalArgumentException("the kernel allows ALLOW_IDMAP with default permissions only");
        }
        return serve(FuseMount.mount(target, mountOptions), fileSystem, options);
    }

    static Session serve(FuseMount mount, FileSystem fileSystem, SessionOptions options) throws IOException {
        try {
            Agreement agreement = agree(mount.device(), options);
            return new Session(mount.device(), mount, agreement, fileSystem, options).started();
        } catch (IOException | RuntimeException | Error e) {
            try {
                mount.unmount();
            } catch (IOException unmounting) {
                e.addSuppressed(unmounting);
            }
            mount.device().close();
            throw e;
        }
    }

    /** Answers INIT, which is the first request of all. */
    private static Agreement agree(Descriptor device, SessionOptions options) throws IOException {
        try (var slot = new Slot(options.maxTransferBytes())) {
            long count = slot.read(device);
            while (count == -Errno.EINTR) {
                count = slot.read(device);
            }
            if (count < 0) {
                throw new IOException("reading INIT: " + Errno.describe((int) -count));
            }
            MemorySegment message = slot.request().asSlice(0, count);
            Request request = RequestDecoder.body(RequestDecoder.header(message), message);
            if (!(request instanceof ControlRequest.Init init)) {
                throw new FuseProtocolException(request.header().operation(), 0, "comes before INIT");
            }
            Agreement agreement = Agreement.of(init, options);
            slot.reply().agreement(agreement);
            long sent = slot.send(init.header().unique());
            if (sent < 0) {
                throw new IOException("answering INIT: " + Errno.describe((int) -sent));
            }
            return agreement;
        }
    }

    /**
     * Goes on with a mount that is there. Requests that the predecessor read and did not answer come again after
     * {@link Notifier#resend}, which is best called at once. The file system must know the node ids and handles that
     * its predecessor gave out.
     *
     * @param device {@code /dev/fuse}, opened and tied to the mount by the predecessor; closed with this session
     * @param agreement the predecessor's
     * @param options of which those that are agreed on with the kernel have no effect any more
     */
    public static Session resume(Descriptor device, Agreement agreement, FileSystem fileSystem, SessionOptions options)
            throws IOException {
        return new Session(device, null, agreement, fileSystem, options).started();
    }

    /** Returns what the kernel and the session agreed on. */
    public Agreement agreement() {
        return agreement;
    }

    /** Returns what tells the kernel of changes. */
    public Notifier notifier() {
        return notifier;
    }

    /**
     * Returns another descriptor of the mount's device, to be kept or given to another process. As long as one is open
     * the mount lives: requests wait for somebody who {@linkplain #resume resumes}.
     */
    public Descriptor duplicateDevice() throws LinuxException {
        return device.duplicate();
    }

    /**
     * Gives the kernel a file to read and write by itself.
     *
     * @param file a descriptor, which may be closed afterwards
     * @throws LinuxException if it may not be used so; EPERM: not root of the machine; ELOOP (40): it is itself on a
     *     stacked file system
     */
    public BackingFile openBacking(int file) throws LinuxException {
        return BackingFile.open(device, file);
    }

    /** Waits until the file system is unmounted, or the session is ended by another thread. */
    public void await() throws InterruptedException {
        readers.await();
    }

    /**
     * Ends the session and leaves the mount as it is, to a successor with a {@linkplain #duplicateDevice duplicate} of
     * the device; if there is none it is cut off: ENOTCONN for everybody. Requests at work are finished first, see
     * {@link SessionOptions}.
     */
    public void stop() throws IOException {
        if (over.compareAndSet(false, true)) {
            try {
                readers.stop();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while a session of FUSE was being ended", e);
            } finally {
                try {
                    fileSystem.end();
                } finally {
                    device.close();
                }
            }
        }
    }

    /**
     * Unmounts what this session mounted and ends it. Whoever still uses the mount is cut off: ENOTCONN. A session that
     * was {@linkplain #resume resumed} is just {@linkplain #stop stopped}; unmounting, if wanted, comes before that.
     */
    @Override
    public void close() throws IOException {
        if (over.get()) {
            return;
        }
        try {
            if (mount != null && !readers.haveEnded()) {
                mount.unmount();
            }
        } catch (LinuxException e) {
            if (e.errno() != Errno.EINVAL) {
                throw e;
            }
            LOG.debug("somebody else has unmounted it meanwhile", e);
        } finally {
            stop();
        }
    }
}
