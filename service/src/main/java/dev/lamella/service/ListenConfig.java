package dev.lamella.service;

import dev.lamella.client.Scope;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the generator answers.
 *
 * @param address an address and port; port 0 takes a free one
 * @param socket the file of a unix socket. Whoever may write to it is an administrator: the service's own user and its group
 * @param tls how {@code address} is encrypted
 * @param plainAllowed whether {@code address} may be one that others reach although there is no {@code tls}, as behind a proxy
 */
public record ListenConfig(
        Optional<InetSocketAddress> address, Optional<Path> socket, Optional<Tls> tls, boolean plainAllowed) {

    /**
     * Encryption. The files are looked at every few seconds and read again when they have changed; as long as they cannot be read, the
     * old ones hold.
     *
     * @param certificate a PEM file with the certificate and those between it and its root
     * @param key a PEM file with the key, PKCS #8, not encrypted
     * @param clientTrust a PEM file of certificates that sign those of clients; no client certificates if not set
     * @param clients what a client may do, by a name in its certificate: a DNS name, or else the common name
     */
    public record Tls(Path certificate, Path key, Optional<Path> clientTrust, Map<String, Set<Scope>> clients) {

        /** Copies the map. */
        public Tls {
            clients = Map.copyOf(clients);
        }
    }

    /** Checks that there is a place to answer at, and that secrets do not pass a network in plain. */
    public ListenConfig {
        if (address.isEmpty() && socket.isEmpty()) {
            throw new IllegalArgumentException("neither an address nor a socket to listen on");
        }
        if (address.isPresent() && address.get().isUnresolved()) {
            throw new IllegalArgumentException(
                    "%s: unknown host".formatted(address.get().getHostString()));
        }
        if (address.isPresent() && !address.get().getAddress().isLoopbackAddress() && tls.isEmpty() && !plainAllowed) {
            throw new IllegalArgumentException(
                    "%s: without TLS, tokens would pass the network in plain; give a certificate, listen on a loopback address, or allow it"
                            .formatted(address.get()));
        }
    }

    /** Returns a free port of the loopback interface, without TLS. */
    public static ListenConfig loopback() {
        return new ListenConfig(
                Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /** Returns the same with a socket. */
    public ListenConfig withSocket(Path other) {
        return new ListenConfig(address, Optional.of(other), tls, plainAllowed);
    }

    /** Returns the same with TLS. */
    public ListenConfig withTls(Tls other) {
        return new ListenConfig(address, socket, Optional.of(other), plainAllowed);
    }
}
