package dev.lamella.door;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.SeededRandom;
import dev.lamella.testkit.TestRegistry;
import java.io.BufferedReader;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mirror with 48 MiB of memory passes on blobs of 200 MB, several at a time. */
@Tag("integration")
class MirrorMemoryTest {

    private static final int BLOB_BYTES = 200_000_000;
    private static final int READERS = 4;

    @Test
    void blobsAreNotHeld(@TempDir Path directory) throws Exception {
        byte[] blob = new byte[BLOB_BYTES];
        byte[] some = new SeededRandom(3).bytes(1 << 20);
        for (int at = 0; at < blob.length; at += some.length) {
            System.arraycopy(some, 0, blob, at, Math.min(some.length, blob.length - at));
        }
        try (TestRegistry registry = TestRegistry.start()) {
            Digest digest = registry.putBlob("a/b", blob);
            Files.writeString(
                    directory.resolve("registries.conf"),
                    "[[registry]]\nlocation=\"%s\"\ninsecure=true\n".formatted(registry.address()));
            Process mirror = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx48m",
                            "-XX:MaxDirectMemorySize=32m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "dev.lamella.door.MirrorProcess",
                            directory.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader out = mirror.inputReader(StandardCharsets.UTF_8)) {
                String uri =
                        "http://%s/v2/127.0.0.1__%d/a/b/blobs/%s".formatted(out.readLine(), registry.port(), digest);
                for (Digest got : readAll(uri)) {
                    assertThat(got).isEqualTo(digest);
                }
            } finally {
                mirror.getOutputStream().close();
                assertThat(mirror.waitFor(20, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static List<Digest> readAll(String uri) throws Exception {
        var reads = new ArrayList<Callable<Digest>>();
        var digests = new ArrayList<Digest>();
        try (HttpClient client = HttpClient.newHttpClient();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < READERS; i++) {
                reads.add(() -> {
                    HttpResponse<InputStream> answer = client.send(
                            HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofInputStream());
                    MessageDigest sha = Digest.sha256();
                    byte[] buffer = new byte[1 << 16];
                    try (InputStream body = answer.body()) {
                        for (int length = body.read(buffer); length >= 0; length = body.read(buffer)) {
                            sha.update(buffer, 0, length);
                        }
                    }
                    return Digest.ofSha256(sha.digest());
                });
            }
            for (var read : threads.invokeAll(reads)) {
                digests.add(read.get());
            }
        }
        return digests;
    }
}
