package dev.lamella.testkit;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request as it came over the wire. */
record HttpRequest(String method, String target, Map<String, String> headers, String body) {

    /** The first byte of a TLS client's first message. */
    private static final int TLS_HANDSHAKE = 0x16;

    /** Reads the next request of a connection, or returns null at its end. */
    static @Nullable HttpRequest read(BufferedInputStream in) throws IOException {
        String line = readLine(in);
        if (line == null) {
            return null;
        }
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        if (first < 0 || last <= first) {
            throw new IOException("not a request line: " + line);
        }
        var headers = new LinkedHashMap<String, String>();
        for (String header = readLine(in); header != null && !header.isEmpty(); header = readLine(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new HttpRequest(
                line.substring(0, first),
                line.substring(first + 1, last),
                headers,
                new String(body, StandardCharsets.UTF_8));
    }

    /** Returns the path, without scheme and host where a proxy was asked. */
    String path() {
        String path = target;
        int scheme = path.indexOf("://");
        if (scheme >= 0) {
            path = path.substring(path.indexOf('/', scheme + 3));
        }
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    /** Returns the parameters of the query, or of a form in the body. */
    Map<String, String> parameters() {
        int query = target.indexOf('?');
        String text = method.equals("POST") ? body : query < 0 ? "" : target.substring(query + 1);
        var parameters = new LinkedHashMap<String, String>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                String name = URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8);
                String value = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
                parameters.merge(name, value, (a, b) -> a + " " + b);
            }
        }
        return parameters;
    }

    private static @Nullable String readLine(BufferedInputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c == TLS_HANDSHAKE && line.isEmpty()) {
                throw new IOException("TLS was spoken to a plain port");
            }
            if (c < 0) {
                if (line.isEmpty()) {
                    return null;
                }
                throw new EOFException("the connection ended inside a line");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
