package dev.lamella.fuse;

import dev.lamella.linux.Descriptor;
import dev.lamella.linux.LinuxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of a session, and what they share. */
final class Readers {

    private static final Logger LOG = LoggerFactory.getLogger(Readers.class);

    private final FileSystem fileSystem;
    private final Dispatcher dispatcher;
    private final SessionOptions options;
    private final SlotPool slots;
    private final InFlight inFlight = new InFlight();
    private final List<RequestSource> sources = new ArrayList<>();
    /** Filled before the first of them runs. */
    private final List<Reader> readers = new ArrayList<>();

    private final CountDownLatch running;
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean stopping;
    private volatile boolean givingUp;

    private Readers(FileSystem fileSystem, SessionOptions options, int maxTransferBytes) {
        this.fileSystem = fileSystem;
        this.dispatcher = new Dispatcher(fileSystem);
        this.options = options;
        this.slots = new SlotPool(maxTransferBytes, options.readers() + options.blockingMax());
        this.running = new CountDownLatch(options.readers());
    }

    /** Opens what is needed to read requests. */
    static Readers open(Descriptor device, Agreement agreement, FileSystem fileSystem, SessionOptions options)
            throws LinuxException {
        var all = new Readers(fileSystem, options, agreement.maxTransferBytes());
        var looking = new Semaphore(1);
        try {
            for (int number = 0; number < options.readers(); number++) {
                all.sources.add(
                        options.cloneDevice()
                                ? RequestSource.ofClones(device, looking)
                                : RequestSource.ofDuplicate(device));
            }
            return all;
        } catch (LinuxException e) {
            all.closeSources();
            throw e;
        }
    }

    /** Begins to read requests. */
    void start() throws LinuxException {
        for (RequestSource source : sources) {
            readers.add(new Reader(this, source, slots.poll().orElseThrow(), readers.size()));
        }
        readers.forEach(Reader::start);
    }

    boolean stopping() {
        return stopping;
    }

    /** Returns whether requests at work are interrupted because the session ends. */
    boolean givingUp() {
        return givingUp;
    }

    boolean mayBlock(Request request) {
        try {
            return fileSystem.mayBlock(request);
        } catch (RuntimeException | Error e) {
            LOG.error("whether {} may block is not known", request.header().operation(), e);
            return true;
        }
    }

    Runnable answer(Request request, Reply reply) {
        return dispatcher.answer(request, reply);
    }

    void takeBack(Runnable undo) {
        dispatcher.takeBack(undo);
    }

    void forget(ControlRequest.Forget request) {
        for (ControlRequest.Forgotten node : request.nodes()) {
            try {
                fileSystem.forget(node.nodeId(), node.lookups());
            } catch (RuntimeException | Error e) {
                LOG.error("node {} could not be forgotten", node.nodeId(), e);
            }
        }
    }

    /** Returns whether a request was found; those that readers work on themselves need no interrupting. */
    boolean interrupt(long unique) {
        return inFlight.interrupt(unique) || readers.stream().anyMatch(reader -> reader.worksOn(unique));
    }

    void start(Request request, Runnable work) {
        long unique = request.header().unique();
        Thread thread = Thread.ofVirtual()
                .name("fuse-" + Long.toHexString(unique))
                .unstarted(() -> {
                    try {
                        work.run();
                    } finally {
                        inFlight.remove(unique, Thread.currentThread());
                    }
                });
        inFlight.add(unique, thread);
        thread.start();
    }

    /**
     * Returns a slot to go on with, waits for one if need be; none if this is the last reader that can hear of
     * interrupts.
     */
    Optional<Slot> nextSlot() throws LinuxException, InterruptedException {
        Optional<Slot> slot = slots.poll();
        if (slot.isPresent()) {
            return slot;
        }
        try {
            return waiting.incrementAndGet() < options.readers() ? slots.take() : Optional.empty();
        } finally {
            waiting.decrementAndGet();
        }
    }

    void giveBack(Slot slot) {
        slots.giveBack(slot);
    }

    void ended() {
        running.countDown();
    }

    /** Waits until no requests come any more. */
    void await() throws InterruptedException {
        running.await();
    }

    boolean haveEnded() {
        return running.getCount() == 0;
    }

    /** Reads no more, finishes what is at work within the time for that, and gives everything back. */
    void stop() throws InterruptedException, LinuxException {
        stopping = true;
        slots.close();
        boolean finished = true;
        for (Reader reader : readers) {
            finished &= reader.stop(options.stopMillisMax());
        }
        if (!slots.awaitFree(0, options.stopMillisMax())) {
            givingUp = true;
            inFlight.interruptAll();
            finished &= slots.awaitFree(0, options.stopMillisMax());
        }
        if (!finished) {
            LOG.error("requests of FUSE are still at work after {} ms and are given up", options.stopMillisMax());
        }
        slots.releaseFree();
        closeSources();
    }

    private void closeSources() throws LinuxException {
        for (RequestSource source : sources) {
            source.close();
        }
    }
}
