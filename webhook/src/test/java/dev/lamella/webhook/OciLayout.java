package dev.lamella.webhook;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.testkit.OciImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes an image as a directory that skopeo reads. */
final class OciLayout {

    private OciLayout() {}

    static Path write(Path directory, OciImage image) throws IOException {
        Files.createDirectories(directory.resolve("blobs/sha256"));
        Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Files.writeString(directory.resolve("index.json"), """
                {"schemaVersion":2,"manifests":[{"mediaType":"%s","digest":"%s","size":%d,
                 "annotations":{"org.opencontainers.image.ref.name":"image"}}]}""".formatted(
                        image.mediaType(), image.digest(), image.manifest().length()));
        writeBlobs(directory, image);
        return directory;
    }

    private static void writeBlobs(Path directory, OciImage image) throws IOException {
        write(directory, image.manifest());
        if (image.config().length() > 0) {
            write(directory, image.config());
        }
        for (ByteString layer : image.layers()) {
            write(directory, layer);
        }
        for (OciImage child : image.children()) {
            writeBlobs(directory, child);
        }
    }

    private static void write(Path directory, ByteString blob) throws IOException {
        byte[] bytes = blob.toByteArray();
        Files.write(
                directory.resolve("blobs/sha256").resolve(Digest.sha256Of(bytes).hex()), bytes);
    }
}
