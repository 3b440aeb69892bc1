package dev.lamella.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses to listen on, as the configuration writes them: {@code 127.0.0.1:5320}, {@code [::1]:5320}. */
final class SocketAddresses {

    private static final int PORT_MAX = 65_535;

    private SocketAddresses() {}

    /**
     * Reads an address. Literals only: what a name stands for may change, and looking it up may take long.
     *
     * @throws IllegalArgumentException if it is none
     */
    static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new IllegalArgumentException("no port: " + text);
        }
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port > PORT_MAX) {
            throw new IllegalArgumentException("port " + port);
        }
        String host = text.substring(0, colon).replaceAll("[\\[\\]]", "");
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }
}
