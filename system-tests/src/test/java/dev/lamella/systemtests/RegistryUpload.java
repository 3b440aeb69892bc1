package dev.lamella.systemtests;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.testkit.OciImage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Uploads images to a real registry, as the distribution specification says; a blob that a repository has is not sent again. */
final class RegistryUpload implements AutoCloseable {

    private final HttpClient client = HttpClient.newHttpClient();
    private final String address;
    private final Set<String> sent = new HashSet<>();

    RegistryUpload(String address) {
        this.address = address;
    }

    void push(String repository, String tag, OciImage image) throws IOException, InterruptedException {
        List<ByteString> blobs = new ArrayList<>(image.layers());
        blobs.add(image.config());
        for (ByteString blob : blobs) {
            pushBlob(repository, blob.toByteArray());
        }
        HttpRequest request = HttpRequest.newBuilder(uri("/v2/%s/manifests/%s".formatted(repository, tag)))
                .header("Content-Type", image.mediaType())
                .PUT(BodyPublishers.ofByteArray(image.manifest().toByteArray()))
                .build();
        require(request, 201);
    }

    /** Deletes an image, and with it all tags that name it. */
    void delete(String repository, Digest manifest) throws IOException, InterruptedException {
        require(
                HttpRequest.newBuilder(uri("/v2/%s/manifests/%s".formatted(repository, manifest)))
                        .DELETE()
                        .build(),
                202);
    }

    private void pushBlob(String repository, byte[] blob) throws IOException, InterruptedException {
        Digest digest = Digest.sha256Of(blob);
        if (!sent.add(repository + digest)) {
            return;
        }
        HttpRequest begin = HttpRequest.newBuilder(uri("/v2/%s/blobs/uploads/".formatted(repository)))
                .POST(BodyPublishers.noBody())
                .build();
        String place = require(begin, 202).headers().firstValue("Location").orElseThrow();
        String separator = place.contains("?") ? "&" : "?";
        URI upload = uri("/").resolve(place + separator + "digest=" + digest);
        require(
                HttpRequest.newBuilder(upload)
                        .PUT(BodyPublishers.ofByteArray(blob))
                        .build(),
                201);
    }

    private HttpResponse<String> require(HttpRequest request, int status) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != status) {
            throw new AssertionError("%s: %s".formatted(answer, answer.body()));
        }
        return answer;
    }

    private URI uri(String path) {
        return URI.create("http://" + address + path);
    }

    @Override
    public void close() {
        client.close();
    }
}
