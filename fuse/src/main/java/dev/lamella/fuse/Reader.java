package dev.lamella.fuse;

import dev.lamella.linux.Errno;
import dev.lamella.linux.LinuxException;
import dev.lamella.linux.NativeThread;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that reads requests from its descriptor, and answers those by itself that do not block. */
final class Reader implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Reader.class);
    private static final long WAKE_UP_MILLIS = 5;

    private final Readers all;
    private final RequestSource source;
    private final Thread thread;
    private Slot slot;
    private volatile @Nullable NativeThread nativeThread;
    /** The request that this thread itself is working on; 0 if none. */
    private volatile long unique;

    Reader(Readers all, RequestSource source, Slot slot, int number) {
        this.all = all;
        this.source = source;
        this.slot = slot;
        this.thread = Thread.ofPlatform().daemon().name("fuse-reader-" + number).unstarted(this);
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        try {
            nativeThread = NativeThread.current();
            boolean answered = false;
            while (!all.stopping()) {
                Slot mine = slot;
                long count = source.read(mine, answered);
                answered = false;
                if (count >= 0) {
                    serveOrRefuse(slot.request().asSlice(0, count));
                    // Else another thread answers, which needs the processor more.
                    answered = slot == mine;
                } else if (!goesOn((int) -count)) {
                    return;
                }
            }
        } catch (InterruptedException | LinuxException | RuntimeException | Error e) {
            LOG.error("a thread that reads requests of FUSE ends", e);
        } finally {
            all.giveBack(slot);
            all.ended();
        }
    }

    private static boolean goesOn(int errno) {
        return switch (errno) {
            // Woken up; the request went away while it was being read.
            case Errno.EINTR, Errno.ENOENT, Errno.EAGAIN -> true;
            // Unmounted; cut off.
            case Errno.ENODEV, Errno.ECONNABORTED -> false;
            default -> {
                LOG.error("reading requests of FUSE failed: {}", Errno.describe(errno));
                yield false;
            }
        };
    }

    /** Whatever goes wrong with one request must not end the thread, nor leave who asked without an answer. */
    private void serveOrRefuse(MemorySegment message) throws InterruptedException {
        try {
            serve(message);
        } catch (LinuxException | RuntimeException | Error e) {
            LOG.error("a request of FUSE is answered with EIO", e);
            refuse(message);
        }
    }

    private void refuse(MemorySegment message) {
        if (message.byteSize() >= RequestHeader.BYTES) {
            slot.reply().error(Errno.EIO);
            send(slot, message.get(ValueLayout.JAVA_LONG_UNALIGNED, 8));
        }
    }

    private void serve(MemorySegment message) throws InterruptedException, LinuxException {
        Request request;
        try {
            request = RequestDecoder.body(RequestDecoder.header(message), message);
        } catch (FuseProtocolException e) {
            LOG.error("refused: {}", e.getMessage());
            refuse(message);
            return;
        }
        switch (request) {
            case ControlRequest.Forget forget -> all.forget(forget);
            case ControlRequest.Interrupt interrupt -> interrupt(interrupt);
            case ControlRequest.Unsupported unsupported -> complete(unsupported, slot);
            case Request other when all.mayBlock(other) -> handOver(other);
            default -> {
                unique = request.header().unique();
                complete(request, slot);
                unique = 0;
            }
        }
    }

    /** An interrupt may overtake the request it is about: it is sent back, to be read again. */
    private void interrupt(ControlRequest.Interrupt interrupt) {
        if (!all.interrupt(interrupt.interrupted())) {
            slot.reply().error(Errno.EAGAIN);
            send(slot, interrupt.header().unique());
        }
    }

    boolean worksOn(long request) {
        return unique == request;
    }

    /** Has a virtual thread carry the request out, with the slot that it lies in; goes on with another. */
    private void handOver(Request request) throws InterruptedException, LinuxException {
        Optional<Slot> next = all.nextSlot();
        if (next.isEmpty()) {
            // At the end of the session it is left to a successor.
            if (!all.stopping()) {
                slot.reply().error(Errno.EBUSY);
                send(slot, request.header().unique());
            }
            return;
        }
        Slot mine = slot;
        try {
            all.start(request, () -> {
                try {
                    complete(request, mine);
                } finally {
                    all.giveBack(mine);
                }
            });
        } catch (RuntimeException | Error e) {
            all.giveBack(next.get());
            throw e;
        }
        slot = next.get();
    }

    private void complete(Request request, Slot used) {
        Runnable undo = all.answer(request, used.reply());
        if (all.givingUp() && used.reply().isError(Errno.EINTR)) {
            return; // It was not the caller who interrupted it; a successor may answer.
        }
        long result = send(used, request.header().unique());
        if (result == -Errno.ENOENT) {
            all.takeBack(undo);
        }
    }

    private long send(Slot used, long to) {
        if (to == 0) {
            return 0; // The kernel would take it for a notification.
        }
        long result = used.send(to);
        // Nobody waits for the answer any more; there is no mount any more.
        if (result < 0 && result != -Errno.ENOENT && result != -Errno.ENODEV && result != -Errno.ECONNABORTED) {
            LOG.error("an answer was refused by the kernel: {}", Errno.describe((int) -result));
            if (result == -Errno.EINVAL) {
                used.reply().error(Errno.EIO);
                result = used.send(to);
            }
        }
        return result;
    }

    /** Waits until the thread has ended, which {@link Readers#stopping} tells it to; returns whether it did in time. */
    boolean stop(int timeoutMillis) throws InterruptedException {
        long deadline = System.nanoTime() + timeoutMillis * 1_000_000L;
        thread.join(WAKE_UP_MILLIS);
        while (thread.isAlive() && System.nanoTime() < deadline) {
            NativeThread known = nativeThread;
            if (known != null) {
                try {
                    known.wakeUp();
                } catch (LinuxException e) {
                    LOG.debug("ended meanwhile", e);
                }
            }
            thread.join(WAKE_UP_MILLIS);
        }
        return !thread.isAlive();
    }
}
