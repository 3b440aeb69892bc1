package dev.lamella.fuse;

import dev.lamella.linux.LinuxException;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * The slots of a session: made when they are needed, at most so many, and those used last first, so that few are ever
 * touched.
 */
final class SlotPool {

    private final int maxTransferBytes;
    private final int slotsMax;
    private final ArrayDeque<Slot> free = new ArrayDeque<>();
    private int made;
    private boolean closed;

    SlotPool(int maxTransferBytes, int slotsMax) {
        this.maxTransferBytes = maxTransferBytes;
        this.slotsMax = slotsMax;
    }

    /** Returns a slot, if one is free. */
    synchronized Optional<Slot> poll() throws LinuxException {
        Slot slot = free.pollFirst();
        if (slot == null && made < slotsMax) {
            slot = new Slot(maxTransferBytes);
            made++;
        }
        return Optional.ofNullable(slot);
    }

    /** Waits for a free slot; none if the pool is closed meanwhile. */
    synchronized Optional<Slot> take() throws LinuxException, InterruptedException {
        Optional<Slot> slot = poll();
        while (slot.isEmpty() && !closed) {
            wait();
            slot = poll();
        }
        return slot;
    }

    synchronized void giveBack(Slot slot) {
        free.addFirst(slot);
        notifyAll();
    }

    /** Lets nobody wait any more. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Waits until all slots but some are free; returns whether that came true in time. */
    synchronized boolean awaitFree(int butSlots, int timeoutMillis) throws InterruptedException {
        long deadline = System.nanoTime() + timeoutMillis * 1_000_000L;
        while (made - free.size() > butSlots) {
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                return false;
            }
            wait(leftMillis);
        }
        return true;
    }

    /** Gives the memory of all free slots back. */
    synchronized void releaseFree() {
        free.forEach(Slot::close);
        made -= free.size();
        free.clear();
    }
}
