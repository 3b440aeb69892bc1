package dev.lamella.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * HTTP/1.1 over a unix socket, which the JDK's client cannot: one request on one connection.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112, HTTP/1.1</a>
 */
final class UnixTransport implements Transport {

    private static final int LINE_BYTES_MAX = 16 << 10;
    private static final int HEADERS_MAX = 200;

    private final Path socket;

    UnixTransport(Path socket) {
        this.socket = socket;
    }

    @Override
    public Answer send(Call call, Duration wait) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        // Closing the channel also ends a thread that waits on it.
        var watch = new Watchdog(channel, wait);
        try (watch) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            write(channel, call);
            return head(new BufferedInputStream(Channels.newInputStream(channel)), channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            watch.requireInTime(socket.toString());
            throw e;
        }
    }

    private static void write(SocketChannel channel, Call call) throws IOException {
        byte[] body = call.body().getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder("%s %s HTTP/1.1\r\nHost: generator\r\nConnection: close\r\nContent-Length: %d\r\n"
                .formatted(call.method(), call.path(), body.length));
        call.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        head.append("\r\n");
        for (byte[] part : List.of(head.toString().getBytes(StandardCharsets.ISO_8859_1), body)) {
            ByteBuffer buffer = ByteBuffer.wrap(part);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
    }

    private static Answer head(InputStream in, SocketChannel channel) throws IOException {
        String status = line(in);
        if (!status.matches("HTTP/1\\.1 [1-5][0-9]{2}( .*)?")) {
            throw new IOException("not an answer of HTTP/1.1");
        }
        Map<String, List<String>> headers = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon < 1 || headers.size() >= HEADERS_MAX) {
                throw new IOException("an answer with a head that is not one of HTTP/1.1");
            }
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        boolean chunked = headers.getOrDefault("transfer-encoding", List.of()).contains("chunked");
        InputStream body = chunked ? new ChunkedInput(in) : in;
        return new Answer(Integer.parseInt(status.substring(9, 12)), headers, new ConnectionInput(body, channel));
    }

    /** Reads a line without its end. */
    static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 || line.length() > LINE_BYTES_MAX) {
                throw new IOException(b < 0 ? "the connection broke off" : "a line that is too long");
            }
            line.append((char) b);
        }
        int length = line.length();
        return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
    }

    /** The body, whose end is the connection's. */
    private static final class ConnectionInput extends InputStream {
        private final InputStream in;
        private final SocketChannel channel;

        ConnectionInput(InputStream in, SocketChannel channel) {
            this.in = in;
            this.channel = channel;
        }

        @Override
        public int read() throws IOException {
            return in.read();
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            return in.read(into, from, length);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Nothing is kept between requests. */
    @Override
    public void close() {}
}
