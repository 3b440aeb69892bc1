package dev.lamella.cli;

import dev.lamella.linux.LinuxException;
import dev.lamella.linux.NotifySocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells systemd, or whoever set {@code NOTIFY_SOCKET}, how the daemon is; without it does nothing. */
final class ServiceManager implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

    /** Engines are started behind the node, and are not to wait for long when a store hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Optional<String> socket;
    private final Optional<Thread> watchdog;
    private final Thread patience;

    /** Begins to answer the watchdog, if there is one. After a while the daemon counts as ready though it has not said so. */
    ServiceManager(Session session) {
        this.socket = session.variable("NOTIFY_SOCKET");
        this.watchdog = session.variable("WATCHDOG_USEC")
                .filter(text -> socket.isPresent() && text.matches("[0-9]{1,15}"))
                .map(text -> Thread.ofVirtual().name("watchdog").start(() -> keepAlive(Long.parseLong(text))));
        this.patience = Thread.ofVirtual().name("patience").start(this::losePatience);
    }

    private void losePatience() {
        try {
            Thread.sleep(PATIENCE);
            ready();
        } catch (InterruptedException _) {
            // The daemon ends.
        }
    }

    private void keepAlive(long microseconds) {
        try {
            while (true) {
                tell("WATCHDOG=1");
                TimeUnit.MICROSECONDS.sleep(Math.max(microseconds / 2, 1000));
            }
        } catch (InterruptedException _) {
            // The daemon ends.
        }
    }

    /** Says that what waits for this daemon can start; may be said again. */
    void ready() {
        tell("READY=1");
    }

    /** The time is wanted by systemd to tell this reload from earlier ones. */
    void reloading() {
        tell("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
    }

    private void tell(String message) {
        if (socket.isEmpty()) {
            return;
        }
        try {
            NotifySocket.send(socket.get(), message);
        } catch (LinuxException e) {
            LOG.warn("the service manager does not listen: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        tell("STOPPING=1");
        watchdog.ifPresent(Thread::interrupt);
        patience.interrupt();
    }
}
