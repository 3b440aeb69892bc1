package dev.lamella.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnixTransportTest {

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void chunksAreJoined() throws IOException {
        var chunks = new ChunkedInput(stream("5\r\nhello\r\n1;x=y\r\n \r\nA\r\n0123456789\r\n0\r\n\r\n"));
        assertThat(new String(chunks.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("hello 0123456789");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x\r\n", "5\r\nhel", "5\r\nhello!\r\n0\r\n\r\n", "-1\r\n", "fffffffff\r\n", "5\r\nhello\r\n"
            })
    void brokenChunksAreSaidToBe(String body) {
        assertThatThrownBy(() -> new ChunkedInput(stream(body)).readAllBytes()).isInstanceOf(IOException.class);
    }

    @Test
    void eventsAreReadAndCommentsPassedOver() throws IOException {
        try (var watch = new Watchdog(() -> {}, Duration.ofMinutes(1))) {
            var events = new EventInput(
                    stream(":\n\nevent: job\ndata: {\"a\":1}\n\nevent: other\ndata: x\n\nevent: job\ndata: 2\n\n"),
                    watch);
            assertThat(events.next()).contains("{\"a\":1}");
            assertThat(events.next()).contains("2");
            assertThat(events.next()).isEqualTo(Optional.empty());
        }
    }

    @Test
    @Tag("integration")
    void whoeverDoesNotAnswerIsNotWaitedForLong(@TempDir Path directory) throws Exception {
        Path socket = directory.resolve("s");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            try (var client =
                    GeneratorClient.open(ClientConfig.of("unix:" + socket).withTimeout(Duration.ofMillis(200)))) {
                long start = System.nanoTime();
                assertThatThrownBy(client::statistics)
                        .isInstanceOf(GeneratorException.class)
                        .hasMessageContaining("no answer in time");
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
            }
        }
    }

    @Test
    @Tag("integration")
    void nonsenseIsNoAnswer(@TempDir Path directory) throws Exception {
        for (String answer : List.of(
                "",
                "SSH-2.0\r\n",
                "HTTP/1.1 abc\r\n\r\n",
                "HTTP/1.1 200 OK\r\nnot a header\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\n[")) {
            Path socket = directory.resolve("s" + answer.hashCode());
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(socket));
                Thread.ofVirtual().start(() -> {
                    try (SocketChannel peer = server.accept()) {
                        peer.read(ByteBuffer.allocate(4096));
                        peer.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                try (var client = GeneratorClient.open(ClientConfig.of("unix:" + socket))) {
                    assertThatThrownBy(client::statistics).as(answer).isInstanceOf(IOException.class);
                }
            }
        }
    }

    @Test
    void addressesAreChecked() {
        for (String base : List.of("ftp://x", "https://user@host", "http://", "host:80", "https://host/path?x")) {
            assertThatThrownBy(() -> GeneratorClient.open(ClientConfig.of(base)))
                    .as(base)
                    .hasMessageContaining("expected https://HOST");
        }
    }

    @Test
    void secretsAreNotShown() {
        assertThat(ClientConfig.of("http://x").withToken("very-secret").toString())
                .doesNotContain("very-secret");
    }
}
