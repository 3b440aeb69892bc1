package dev.lamella.oci;

import java.util.concurrent.ThreadLocalRandom;

/** Time as the client sees it: the clock, sleep and chance, so that tests need none of them. */
interface Pauses {

    /** The machine's own. */
    Pauses REAL = new Pauses() {
        @Override
        public long nowMillis() {
            return System.currentTimeMillis();
        }

        @Override
        public void pause(long millis) throws InterruptedException {
            Thread.sleep(millis);
        }

        @Override
        public double chance() {
            return ThreadLocalRandom.current().nextDouble();
        }
    };

    /** Returns the time in milliseconds since 1970. */
    long nowMillis();

    /** Waits. */
    void pause(long millis) throws InterruptedException;

    /** Returns a number from 0 to below 1. */
    double chance();
}
