package dev.lamella.door;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;

/**
 * Talks to the node of this machine over its unix socket, which the JDK's HTTP client cannot: one request on one connection, in HTTP/1.1
 * without chunks. Thread-safe.
 */
public final class NodeClient {

    private static final int ANSWER_BYTES_MAX = 64 << 20;
    private static final String HEAD_END = "\r\n\r\n";

    private final Path socket;

    /**
     * Makes a client; nothing is sent yet.
     *
     * @param socket the node's socket
     */
    public NodeClient(Path socket) {
        this.socket = socket;
    }

    /**
     * Asks for an image's layers, and waits.
     *
     * @param wait how long; also if the node hangs
     * @throws NodeUnavailableException if there is no answer in this time
     */
    public PullAnswer pull(PullRequest request, Duration wait) throws IOException {
        return PullMessages.readAnswer(exchange("POST", "/v1/pulls", PullMessages.write(request), wait));
    }

    /**
     * Asks the node how it is.
     *
     * @throws NodeUnavailableException if there is no answer in this time
     */
    public NodeApi.Status status(Duration wait) throws IOException {
        JsonNode answer = PullMessages.object(exchange("GET", "/v1/status", new byte[0], wait));
        var facts = new LinkedHashMap<String, Object>();
        answer.forEachEntry(
                (name, value) -> facts.put(name, value.isNumber() ? value.numberValue() : value.asString("")));
        return new NodeApi.Status(answer.path("ready").asBoolean(false), facts);
    }

    /**
     * Makes any request.
     *
     * @return the body of the answer
     * @throws NodeUnavailableException if there is no answer in this time, or one that is no success
     */
    public byte[] exchange(String method, String path, byte[] body, Duration wait) throws IOException {
        var answer = new CompletableFuture<byte[]>();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            Thread.ofVirtual().start(() -> {
                try {
                    channel.connect(UnixDomainSocketAddress.of(socket));
                    answer.complete(exchange(channel, method, path, body));
                } catch (IOException | RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            });
            // Closing the channel at the end of the block also ends a thread that still waits on it.
            return body(answer.get(wait.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            throw new NodeUnavailableException(
                    "%s: no answer within %d ms; is the node hanging?".formatted(socket, wait.toMillis()), e);
        } catch (ExecutionException e) {
            throw new NodeUnavailableException("%s: %s; is the node running?".formatted(socket, e.getMessage()), e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + socket);
        }
    }

    private static byte[] exchange(SocketChannel channel, String method, String path, byte[] body) throws IOException {
        String head =
                "%s %s HTTP/1.1\r\nHost: node\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d%s"
                        .formatted(method, path, body.length, HEAD_END);
        for (byte[] part : new byte[][] {head.getBytes(StandardCharsets.US_ASCII), body}) {
            ByteBuffer buffer = ByteBuffer.wrap(part);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
        var answer = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        while (channel.read(buffer) >= 0) {
            answer.write(buffer.array(), 0, buffer.position());
            buffer.clear();
            if (answer.size() > ANSWER_BYTES_MAX) {
                throw new IOException("an answer of more than %d bytes".formatted(ANSWER_BYTES_MAX));
            }
        }
        return answer.toByteArray();
    }

    private byte[] body(byte[] answer) throws NodeUnavailableException {
        String text = new String(answer, StandardCharsets.ISO_8859_1);
        int end = text.indexOf(HEAD_END);
        if (end < 0 || !text.startsWith("HTTP/1.1 ")) {
            throw new NodeUnavailableException("%s: not an answer of HTTP/1.1".formatted(socket));
        }
        byte[] body = text.substring(end + HEAD_END.length()).getBytes(StandardCharsets.ISO_8859_1);
        if (!text.startsWith("2", "HTTP/1.1 ".length())) {
            throw new NodeUnavailableException("%s: %s: %s"
                    .formatted(
                            socket,
                            text.substring(0, text.indexOf('\r')),
                            new String(body, StandardCharsets.UTF_8).strip()));
        }
        return body;
    }
}
