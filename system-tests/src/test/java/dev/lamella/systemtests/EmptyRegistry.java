package dev.lamella.systemtests;

import dev.lamella.testkit.OciImages;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Debian's docker-registry on loopback, with nothing in it. */
final class EmptyRegistry {

    private final Path directory;
    private final String address;
    private final HttpClient client = HttpClient.newHttpClient();

    EmptyRegistry(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        this.address = Shell.out(Map.of(), List.of("testbed/registry", directory.toString(), "start"));
    }

    String address() {
        return address;
    }

    /** Returns the manifest of an image that was pushed. */
    JsonNode manifest(String repository, String tag) throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(get(repository + "/manifests/" + tag));
    }

    byte[] blob(String repository, String digest) throws IOException, InterruptedException {
        return get(repository + "/blobs/" + digest);
    }

    private byte[] get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + "/v2/" + path))
                .header("Accept", OciImages.OCI_MANIFEST + ", " + OciImages.DOCKER_MANIFEST)
                .build();
        HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer + " of " + path);
        }
        return answer.body();
    }

    /** Returns the requests so far, a line each, with the agents' names. */
    List<String> log() throws IOException {
        return Files.readAllLines(directory.resolve("access.log"), StandardCharsets.ISO_8859_1);
    }

    void stop() throws IOException, InterruptedException {
        client.shutdownNow();
        Shell.out(Map.of(), List.of("testbed/registry", directory.toString(), "stop"));
    }
}
