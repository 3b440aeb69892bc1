package dev.lamella.door;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Speaks the node's API on a unix socket and does as told. */
final class FakeNode implements Closeable {

    private static final Pattern LENGTH = Pattern.compile("Content-Length: (\\d+)");

    private final ServerSocketChannel server;
    private final List<PullRequest> requests = new CopyOnWriteArrayList<>();
    volatile PullAnswer.Outcome outcome = PullAnswer.Outcome.HIT;
    volatile String statusLine = "HTTP/1.1 200 OK";
    volatile long delayMillis;

    private FakeNode(ServerSocketChannel server) {
        this.server = server;
    }

    static FakeNode start(Path socket) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket), 128);
        var node = new FakeNode(server);
        Thread.ofVirtual().start(node::accept);
        return node;
    }

    List<PullRequest> requests() {
        return requests;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel channel = server.accept();
                Thread.ofVirtual().start(() -> serve(channel));
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            PullRequest request = PullMessages.readRequest(body(channel));
            requests.add(request);
            Thread.sleep(delayMillis);
            byte[] body = PullMessages.write(new PullAnswer(
                    outcome, request.reference().toString(), Optional.empty(), 1, delayMillis, "said the node"));
            String head = "%s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n".formatted(statusLine, body.length);
            channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
            channel.write(ByteBuffer.wrap(body));
        } catch (IOException _) {
            // The asker went away.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] body(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        while (channel.read(buffer) >= 0) {
            String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            Matcher length = LENGTH.matcher(text);
            if (end >= 0 && length.find() && text.length() - end - 4 >= Integer.parseInt(length.group(1))) {
                return text.substring(end + 4).getBytes(StandardCharsets.ISO_8859_1);
            }
        }
        throw new IOException("no whole request");
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
