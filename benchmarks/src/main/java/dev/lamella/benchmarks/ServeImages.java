package dev.lamella.benchmarks;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import dev.lamella.testkit.TestRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A registry on loopback with many small images that run: {@code ServeImages IMAGES LAYERS}. Each image lies on one layer that all have, with
 * BusyBox, and has so many of its own. Prints the references, then an empty line, and serves until its standard input ends.
 */
final class ServeImages {

    private ServeImages() {}

    public static void main(String[] arguments) throws IOException {
        int images = Integer.parseInt(arguments[0]);
        int layers = Integer.parseInt(arguments[1]);
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (TestRegistry registry = TestRegistry.start()) {
            byte[] base = base();
            // Compressed once: a thousand times takes longer than all the rest.
            byte[] baseBlob = OciImages.compress(base, OciImages.Compression.GZIP);
            Digest baseDiffId = Digest.sha256Of(base);
            for (int image = 0; image < images; image++) {
                var made = new OciImages().command("/bin/sh", "-c", "exit 0").blob(baseBlob, baseDiffId);
                for (int layer = 0; layer < layers; layer++) {
                    made.layer(layer(image, layer));
                }
                out.println(registry.push("many/image" + image, "1", made.build()));
            }
            out.println();
            while (System.in.read() >= 0) {
                // Until nobody needs it any more.
            }
        }
    }

    private static byte[] base() throws IOException {
        return new TarBytes()
                .directory("bin/")
                .add(TarEntry.file("bin/sh", Files.readAllBytes(Path.of("/bin/busybox")))
                        .mode(0755))
                .add(TarEntry.directory("tmp/").mode(01777))
                .directory("etc/")
                .end();
    }

    private static byte[] layer(int image, int layer) {
        var tar = new TarBytes().directory("etc/");
        for (int file = 0; file < 10; file++) {
            tar.file("etc/%d-%d-%d".formatted(image, layer, file), "image %d, layer %d".formatted(image, layer));
        }
        return tar.end();
    }
}
