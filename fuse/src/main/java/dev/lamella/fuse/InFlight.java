package dev.lamella.fuse;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The requests at work on threads of their own, so that an INTERRUPT finds them. */
final class InFlight {

    private final ConcurrentMap<Long, Thread> threads = new ConcurrentHashMap<>();

    void add(long unique, Thread thread) {
        threads.put(unique, thread);
    }

    void remove(long unique, Thread thread) {
        threads.remove(unique, thread);
    }

    /** Interrupts a request; returns false if it is not here. */
    boolean interrupt(long unique) {
        Thread thread = threads.get(unique);
        if (thread == null) {
            return false;
        }
        thread.interrupt();
        return true;
    }

    void interruptAll() {
        threads.values().forEach(Thread::interrupt);
    }
}
