package dev.lamella.service;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends connections whose request does not come to its end. One that is silent is ended by Jetty; one that says a byte now and then is not, and would be
 * kept for ever. Looks at all connections each time one may be silent for, and ends those that were seen receiving the same request {@value #LOOKS}
 * times. An answer may take any time.
 */
final class SlowRequests extends AbstractLifeCycle {

    private static final Logger LOG = LoggerFactory.getLogger(SlowRequests.class);
    private static final int LOOKS = 2;

    private final AbstractConnector connector;
    private final Duration pause;
    private Map<EndPoint, Progress> seen = Map.of();
    private volatile Scheduler.Task next = () -> true;

    /**
     * Prepares to look; to be added to the connector, with which it starts and stops.
     *
     * @param idle how long a connection may be silent
     */
    SlowRequests(AbstractConnector connector, Duration idle) {
        this.connector = connector;
        this.pause = idle;
    }

    @Override
    protected void doStart() {
        next = connector.getScheduler().schedule(this::look, pause);
    }

    @Override
    protected void doStop() {
        next.cancel();
    }

    private void look() {
        var now = new HashMap<EndPoint, Progress>();
        for (EndPoint client : connector.getConnectedEndPoints()) {
            Progress progress = seen.getOrDefault(client, Progress.NONE).seenAgain(requestsOf(client));
            if (progress.looks < LOOKS) {
                now.put(client, progress);
            } else {
                LOG.debug("{}: a request takes too long to arrive", client.getRemoteSocketAddress());
                client.close();
            }
        }
        seen = now;
        if (isRunning()) {
            next = connector.getScheduler().schedule(this::look, pause);
        }
    }

    private static Connection requestsOf(EndPoint client) {
        return client.getConnection() instanceof SslConnection encrypted
                ? encrypted.getSslEndPoint().getConnection()
                : client.getConnection();
    }

    /** What of a connection had arrived at a look, and at how many looks in a row the same request was arriving. */
    private record Progress(long requests, long bytes, int looks) {

        static final Progress NONE = new Progress(0, 0, 0);

        Progress seenAgain(Connection connection) {
            long requestsNow = connection.getMessagesIn();
            long bytesNow = connection.getBytesIn();
            // Before the first request there may be a handshake, whose bytes are not counted.
            boolean arriving = requestsNow == requests && (bytesNow > bytes || requestsNow == 0);
            return new Progress(requestsNow, bytesNow, arriving ? looks + 1 : 0);
        }
    }
}
