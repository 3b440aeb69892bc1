package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The hook's script, run as an engine runs it, against a socket that a node would listen on. */
@Tag("integration")
class EngineHookTest {

    private static final String INPUT = "{\"registry.test/it's:1\":{\"username\":\"ann\",\"password\":\"pä%s\"}}";

    @TempDir
    private Path directory;

    /** Runs the script for one of its two clients; returns the milliseconds it took. It succeeds whatever happens. */
    private long run(EngineHook.Client client, Path socket) throws IOException, InterruptedException {
        Path script = directory.resolve("engine-hook");
        EngineHook.script(script, socket, 1, client).write();
        Path input = Files.writeString(directory.resolve("input"), INPUT);
        Path said = directory.resolve("said");
        long start = System.nanoTime();
        Process process = new ProcessBuilder(script.toString())
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(said).isEmptyFile();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
    }

    private static String request(ServerSocketChannel server, String answer) throws IOException {
        try (SocketChannel client = server.accept()) {
            var bytes = ByteBuffer.allocate(1 << 16);
            while (!new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).endsWith(INPUT)) {
                assertThat(client.read(bytes)).isPositive();
            }
            client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @EnumSource(EngineHook.Client.class)
    void handsOnWhatTheEngineGivesIt(EngineHook.Client client) throws Exception {
        Path socket = directory.resolve("it's a socket");
        try (ServerSocketChannel server = listen(socket)) {
            var request = CompletableFuture.supplyAsync(() -> {
                try {
                    return request(server, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            run(client, socket);
            assertThat(request.get(10, TimeUnit.SECONDS))
                    .startsWith("POST /v1/hook HTTP/1.1\r\n")
                    .contains("Content-Length: " + INPUT.getBytes(StandardCharsets.UTF_8).length + "\r\n")
                    .contains("Content-Type: application/json\r\n")
                    .endsWith("\r\n\r\n" + INPUT);
        }
    }

    @ParameterizedTest
    @EnumSource(EngineHook.Client.class)
    void aNodeThatHangsIsGivenUp(EngineHook.Client client) throws Exception {
        Path socket = directory.resolve("socket");
        try (ServerSocketChannel _ = listen(socket)) {
            assertThat(run(client, socket)).isBetween(1_500L, 10_000L);
        }
    }

    @ParameterizedTest
    @EnumSource(EngineHook.Client.class)
    void withoutANodeNothingIsWaitedFor(EngineHook.Client client) throws Exception {
        run(client, directory.resolve("nobody"));
    }
}
