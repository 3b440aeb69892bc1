package dev.lamella.oci;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A clock that only sleep moves, and chance that always falls high. */
final class FakePauses implements Pauses {

    final List<Long> pausesMillis = new CopyOnWriteArrayList<>();
    private volatile long nowMillis = 1_800_000_000_000L;

    @Override
    public long nowMillis() {
        return nowMillis;
    }

    @Override
    public synchronized void pause(long millis) {
        pausesMillis.add(millis);
        nowMillis += millis;
    }

    @Override
    public double chance() {
        return 1;
    }
}
