package dev.lamella.oci;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proxies from {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY} (or lower case), read as the engines read
 * them: loopback is never proxied, a NO_PROXY entry is {@code *}, a host, a host with port, an address range or a
 * domain with all below it. Proxies that want a password are not supported: their user part is ignored.
 */
final class ProxyRules extends ProxySelector {

    private static final Logger log = LoggerFactory.getLogger(ProxyRules.class);

    private final Optional<Proxy> http;
    private final Optional<Proxy> https;
    private final List<String> exceptions;

    ProxyRules(Map<String, String> environment) {
        this.http = proxy(environment, "HTTP_PROXY");
        this.https = proxy(environment, "HTTPS_PROXY");
        this.exceptions = Arrays.stream(value(environment, "NO_PROXY").split(",", -1))
                .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
                .filter(entry -> !entry.isEmpty())
                .toList();
    }

    @Override
    public List<Proxy> select(URI uri) {
        String host = uri.getHost() == null
                ? ""
                : uri.getHost().toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
        boolean secure = "https".equals(uri.getScheme());
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        if (isLoopback(host) || exceptions.stream().anyMatch(entry -> covers(entry, host, port))) {
            return List.of(Proxy.NO_PROXY);
        }
        return List.of((secure ? https : http).orElse(Proxy.NO_PROXY));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {
        log.debug("no connection through proxy {}: {}", address, e.getMessage());
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("::1") || host.matches("127\\.\\d+\\.\\d+\\.\\d+");
    }

    private static boolean covers(String entry, String host, int port) {
        if (entry.equals("*")) {
            return true;
        }
        if (entry.contains("/")) {
            return AddressRange.parse(entry).map(range -> range.contains(host)).orElse(false);
        }
        String name = entry;
        int colon = entry.lastIndexOf(':');
        if (colon >= 0 && entry.indexOf(':') == colon) {
            if (!entry.substring(colon + 1).equals(Integer.toString(port))) {
                return false;
            }
            name = entry.substring(0, colon);
        }
        if (name.startsWith("*.")) {
            name = name.substring(1);
        }
        return name.startsWith(".") ? host.endsWith(name) : host.equals(name) || host.endsWith("." + name);
    }

    private static String value(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value != null ? value : environment.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    private static Optional<Proxy> proxy(Map<String, String> environment, String name) {
        String value = value(environment, name).strip();
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = URI.create(value.contains("://") ? value : "http://" + value);
            if (uri.getHost() != null && "http".equals(uri.getScheme())) {
                int port = uri.getPort() >= 0 ? uri.getPort() : 80;
                return Optional.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), port)));
            }
        } catch (IllegalArgumentException _) {
            // Said below; the value may hold a password, so it is not shown.
        }
        log.warn("{} is not of the form http://HOST:PORT and is ignored", name);
        return Optional.empty();
    }
}
