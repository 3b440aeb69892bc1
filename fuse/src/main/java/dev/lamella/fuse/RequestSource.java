package dev.lamella.fuse;

import dev.lamella.linux.Descriptor;
import dev.lamella.linux.Errno;
import dev.lamella.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a reader gets its requests from. Used by its thread alone, but for the answers.
 *
 * <p>Who asks for small things asks again as soon as there is an answer, and waking a sleeping thread takes longer than
 * most answers. So one reader at a time looks for the next request for a moment before it sleeps, as long as that is
 * worth it: by a descriptor of its own, since one that waits cannot just look.
 */
final class RequestSource implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RequestSource.class);

    /** {@code _IOR(229, 0, uint32_t)}. */
    private static final long FUSE_DEV_IOC_CLONE = 0x8004e500L;

    /** What waking a thread on another processor takes at most, with some room. */
    private static final long LOOK_NANOS = 50_000;
    /** Looking is worth it, for now; it begins so. */
    private static final int CREDIT_MAX = 16;
    /** What a look in vain costs of it; a look that finds something earns 1. */
    private static final int CREDIT_LOST = 4;
    /** When looking was not worth it, how many requests come by waiting before it is tried again. */
    private static final int PAUSE_REQUESTS = 64;

    /** Reading it waits. */
    private final Descriptor patient;
    /**
     * Reading it does not wait; null if there is none to be had, or the queue is shared with a successor, who could not
     * answer what came by it.
     */
    private final @Nullable Descriptor quick;
    /** Held by the one who looks. */
    private final Semaphore looking;

    private int credit = CREDIT_MAX;
    private int pause;

    private RequestSource(Descriptor patient, @Nullable Descriptor quick, Semaphore looking) {
        this.patient = patient;
        this.quick = quick;
        this.looking = looking;
    }

    /** All readers share one queue; a successor may answer what they read. */
    static RequestSource ofDuplicate(Descriptor device) throws LinuxException {
        return new RequestSource(device.duplicate(), null, new Semaphore(0));
    }

    /**
     * Opens queues of the reader's own, if this process may open the device; else the same is shared.
     *
     * @param looking one permit for all readers
     */
    static RequestSource ofClones(Descriptor device, Semaphore looking) throws LinuxException {
        Descriptor patient;
        try {
            patient = Descriptor.device(FuseMount.DEVICE);
        } catch (LinuxException e) {
            LOG.debug("{} is shared by all readers: {}", device, e.getMessage());
            return ofDuplicate(device);
        }
        try {
            join(patient, device);
            return new RequestSource(patient, canLook() ? quick(device) : null, looking);
        } catch (LinuxException e) {
            patient.close();
            throw e;
        }
    }

    /** On a single processor nobody can ask while somebody looks. */
    private static boolean canLook() {
        return Runtime.getRuntime().availableProcessors() > 1;
    }

    /** Returns null if there is no descriptor to be had: then nobody looks. */
    private static @Nullable Descriptor quick(Descriptor device) throws LinuxException {
        Descriptor quick;
        try {
            quick = Descriptor.deviceWithoutWaiting(FuseMount.DEVICE);
        } catch (LinuxException e) {
            LOG.debug("a reader of {} always sleeps: {}", device, e.getMessage());
            return null;
        }
        try {
            join(quick, device);
            return quick;
        } catch (LinuxException e) {
            quick.close();
            throw e;
        }
    }

    private static void join(Descriptor clone, Descriptor device) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            clone.control(FUSE_DEV_IOC_CLONE, arena.allocateFrom(ValueLayout.JAVA_INT, device.number()));
        }
    }

    /**
     * Waits for a request.
     *
     * @param soon whether one may come at once, since one was just answered
     * @return its length, or the negative error number
     */
    long read(Slot slot, boolean soon) {
        if (soon && quick != null && isWorthIt() && looking.tryAcquire()) {
            try {
                long count = look(slot, quick);
                if (count != -Errno.EAGAIN) {
                    return count;
                }
            } finally {
                looking.release();
            }
        }
        return slot.read(patient);
    }

    private boolean isWorthIt() {
        if (credit > 0) {
            return true;
        }
        if (--pause > 0) {
            return false;
        }
        pause = PAUSE_REQUESTS;
        return true;
    }

    private long look(Slot slot, Descriptor from) {
        long endNanos = System.nanoTime() + LOOK_NANOS;
        long count = slot.read(from);
        while (count == -Errno.EAGAIN && System.nanoTime() - endNanos < 0) {
            Thread.onSpinWait();
            count = slot.read(from);
        }
        credit = count == -Errno.EAGAIN ? Math.max(0, credit - CREDIT_LOST) : Math.min(CREDIT_MAX, credit + 1);
        return count;
    }

    @Override
    public void close() throws LinuxException {
        try {
            patient.close();
        } finally {
            if (quick != null) {
                quick.close();
            }
        }
    }
}
