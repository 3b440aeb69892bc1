package dev.lamella.door;

import dev.lamella.oci.Accounts;
import dev.lamella.oci.EngineConfig;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registry mirror on the loopback interface. It passes on what registries say and, before it answers an image's manifest, has the node put the
 * image's layers in place, so that the engine finds them there. {@code /v2/REGISTRY/REPOSITORY/...} is a repository of a registry; a port of
 * the registry is written {@code HOST__PORT}.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md">OCI distribution specification</a>
 */
public final class Mirror implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);
    private static final int THREADS_MAX = 16;
    private static final int THREADS_MIN = 2;
    private static final int CONNECTIONS_PER_REQUEST = 4;

    private final Server server;
    private final InetSocketAddress address;
    private final Upstreams upstreams;

    private Mirror(Server server, InetSocketAddress address, Upstreams upstreams) {
        this.server = server;
        this.address = address;
        this.upstreams = upstreams;
    }

    /**
     * Returns what {@code registries.conf} has to call the mirror for a registry.
     *
     * @param registry host and perhaps port
     * @return HOST:PORT/NAME; empty if there is no such registry
     */
    public static Optional<String> location(InetSocketAddress listen, String registry) {
        return MirrorName.of(registry)
                .map(name -> "%s:%d/%s".formatted(listen.getAddress().getHostAddress(), listen.getPort(), name));
    }

    /**
     * Returns all that a mirror at this address may be called in {@code registries.conf}; what leads there must not be followed by the
     * mirror itself, nor by the node it asks.
     */
    public static Set<String> namesOf(InetSocketAddress listen) {
        String own = listen.getAddress().getHostAddress().toLowerCase(Locale.ROOT);
        var names = new HashSet<String>();
        for (String host : List.of("127.0.0.1", "localhost", "[::1]", own)) {
            names.add(host + ":" + listen.getPort());
        }
        return Set.copyOf(names);
    }

    /**
     * Starts a mirror.
     *
     * @throws IOException if it cannot listen
     */
    public static Mirror start(MirrorConfig config) throws IOException {
        MirrorLimits limits = config.limits();
        // Few threads wait for sockets; every request is a virtual one, so that one that waits for the node costs
        // little.
        var threads = new QueuedThreadPool(THREADS_MAX, THREADS_MIN);
        threads.setName("mirror");
        threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("mirror-"));
        var server = new Server(threads);
        ServerConnector connector = connector(server, config);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(limits.requests() * CONNECTIONS_PER_REQUEST, server));
        server.setStopTimeout(limits.drainMillis());
        Optional<Upstreams> upstreams = Optional.empty();
        try {
            // Bound first: what is left out of registries.conf depends on the port.
            connector.open();
            var address = new InetSocketAddress(config.listen().getAddress(), connector.getLocalPort());
            Function<OptionalInt, EngineConfig> configs = configs(config, namesOf(address));
            var made = new Upstreams(configs, limits);
            upstreams = Optional.of(made);
            server.setHandler(new GracefulHandler(handler(config, made, configs)));
            server.start();
            LOG.info("listening on {}", shown(address));
            return new Mirror(server, address, made);
        } catch (Exception e) {
            upstreams.ifPresent(Upstreams::close);
            stop(server);
            connector.close();
            throw new IOException("%s: cannot listen: %s".formatted(shown(config.listen()), e.getMessage()), e);
        }
    }

    private static MirrorHandler handler(
            MirrorConfig config, Upstreams upstreams, Function<OptionalInt, EngineConfig> configs) {
        var metrics = new MirrorMetrics();
        var preparer = new ManifestPreparer(new NodeAsker(config, metrics), configs, config.limits());
        return new MirrorHandler(upstreams, preparer, new LoopbackPeer(Path.of("/proc/net")), metrics, config.limits());
    }

    /** How each user reaches registries: with the user's own credentials and nobody else's. */
    private static Function<OptionalInt, EngineConfig> configs(MirrorConfig config, Set<String> own) {
        EngineConfig engine = config.engine().withoutMirrorsAt(own);
        EngineConfig root = config.root().withoutMirrorsAt(own);
        var accounts = new Accounts(Accounts.SYSTEM);
        return uid -> {
            if (uid.isEmpty()) {
                return engine.ofNobody();
            }
            int number = uid.getAsInt();
            return number == 0
                    ? root
                    : accounts.home(number)
                            .map(home -> engine.ofUser(number, home))
                            .orElseGet(engine::ofNobody);
        };
    }

    private static ServerConnector connector(Server server, MirrorConfig config) {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setRequestHeaderSize(config.limits().headerBytes());
        http.setResponseHeaderSize(config.limits().headerBytes());
        http.setMaxResponseHeaderSize(config.limits().headerBytes());
        var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(config.listen().getAddress().getHostAddress());
        connector.setPort(config.listen().getPort());
        connector.setIdleTimeout(config.limits().idleMillis());
        return connector;
    }

    private static String shown(InetSocketAddress address) {
        return "%s:%d".formatted(address.getAddress().getHostAddress(), address.getPort());
    }

    /** Returns where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** Takes no new requests, lets those under way end for a while, and stops. */
    @Override
    public void close() {
        stop(server);
        upstreams.close();
        LOG.info("stopped");
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("stopping: {}", e.getMessage());
        }
    }
}
