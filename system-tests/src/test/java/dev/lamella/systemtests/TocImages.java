package dev.lamella.systemtests;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.EstargzWriter;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import dev.lamella.testkit.TestRegistry;
import dev.lamella.testkit.TocBlob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Images with tables of contents, in a registry that takes pushes: zstd:chunked as Podman 5.4 writes it, and eStargz of the test kit's. */
final class TocImages {

    /** The suite whose Podman makes and reads them. */
    static final String MAKER = "trixie";

    private static final byte[] NET_BIND_SERVICE = {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    private final Machine machine;
    private final TestRegistry source;
    private final EmptyRegistry registry;

    /** An image of two layers. */
    record Pushed(String reference, List<Digest> diffIds, List<Digest> blobs, List<Digest> tocs) {}

    TocImages(Machine machine, TestRegistry source) throws IOException, InterruptedException {
        this.machine = machine;
        this.source = source;
        this.registry = new EmptyRegistry(machine.directory().resolve("pushed"));
    }

    EmptyRegistry registry() {
        return registry;
    }

    /** Lets an engine, or Lamella, which reads the same file, speak plain HTTP with the registry that takes pushes. */
    void trust(String engine) throws IOException {
        Files.writeString(
                machine.directory().resolve(engine).resolve("registries.conf"),
                "[[registry]]\nlocation = \"%s\"\ninsecure = true\n".formatted(registry.address()),
                StandardOpenOption.APPEND);
    }

    Pushed zstdChunked() throws IOException, InterruptedException {
        OciImage image = images().layer(tar(entries())).layer(tar(top())).build();
        String plain = source.push("test/plain", "1", image);
        String pushed = registry.address() + "/test/chunked:1";
        makeMaker();
        machine.in(MAKER, "maker", "podman", "pull", "-q", plain);
        machine.in(
                MAKER,
                "maker",
                "podman",
                "push",
                "-q",
                "--compression-format",
                "zstd:chunked",
                "--force-compression",
                plain,
                "docker://" + pushed);
        var tocs = new ArrayList<Digest>();
        var blobs = new ArrayList<Digest>();
        for (JsonNode layer : registry.manifest("test/chunked", "1").path("layers")) {
            tocs.add(Digest.parse(
                    layer.path("annotations").path(TocBlob.CHUNKED_DIGEST).asString()));
            blobs.add(Digest.parse(layer.path("digest").asString()));
        }
        return new Pushed(pushed, image.diffIds(), blobs, tocs);
    }

    Pushed estargz() throws IOException, InterruptedException {
        TocBlob base = new EstargzWriter()
                .partBytesMax(200_000)
                .add(entries())
                .add(TarEntry.file(".no.prefetch.landmark", new byte[] {0xf}))
                .build();
        TocBlob second = new EstargzWriter().add(top()).build();
        OciImages image = images();
        for (TocBlob layer : List.of(base, second)) {
            image.blob(layer.blob().toByteArray(), layer.diffId(), layer.annotationsJson());
        }
        OciImage built = image.build();
        String made = source.push("test/estargz", "1", built);
        String pushed = registry.address() + "/test/estargz:1";
        makeMaker();
        machine.in(
                MAKER,
                "maker",
                "skopeo",
                "copy",
                "-q",
                "--preserve-digests",
                "--src-tls-verify=false",
                "--dest-tls-verify=false",
                "docker://" + made,
                "docker://" + pushed);
        return new Pushed(
                pushed,
                List.of(base.diffId(), second.diffId()),
                built.blobDigests(),
                List.of(base.tocDigest(), second.tocDigest()));
    }

    private void makeMaker() throws IOException, InterruptedException {
        machine.engine("maker", false);
        trust("maker");
    }

    /** Entries of all kinds that the writers of tables of contents know. */
    private static TarEntry[] entries() {
        byte[] holes = new byte[500_000];
        for (int i = 0; i < holes.length; i++) {
            holes[i] = i / 50_000 % 2 == 0 ? 0 : (byte) (i * 31 ^ i >> 9);
        }
        return new TarEntry[] {
            TarEntry.directory("bin/"),
            TarEntry.file("bin/busybox", FeatureImage.busybox()).mode(0755),
            TarEntry.symlink("bin/cat", "busybox"),
            TarEntry.hardLink("bin/sh", "bin/busybox").mode(0755),
            TarEntry.directory("etc/").mode(0750).owner(5, 6),
            TarEntry.file("etc/motd", "contents\n").pax("mtime", "1700000000.623456789"),
            TarEntry.file("etc/empty", "").mtime(0),
            TarEntry.file("etc/owned", "mine").mode(0640).owner(1000, 2000),
            TarEntry.file("etc/base256", "b").owner(3_000_000, 4_000_000).base256(),
            TarEntry.file("bin/setuid", "s").mode(06755),
            TarEntry.file("bin/capable", "c").mode(0755).xattr("security.capability", NET_BIND_SERVICE),
            TarEntry.file("etc/xattr", "x").xattr("user.note", "hello".getBytes(StandardCharsets.UTF_8)),
            TarEntry.file("etc/ünïcode \"q\"", "u"),
            TarEntry.directory("long/"),
            TarEntry.file("long/" + "n".repeat(200), "GNU name").gnuLongNames(),
            TarEntry.file("long/" + "p".repeat(200), "PAX name").paxNames(),
            TarEntry.symlink("etc/dangling", "/nowhere/" + "x".repeat(80)),
            TarEntry.characterDevice("dev-null", 1, 3).mode(0666),
            TarEntry.blockDevice("dev-block", 7, 300),
            TarEntry.fifo("fifo"),
            TarEntry.file("holes", holes),
        };
    }

    private static byte[] tar(TarEntry... entries) {
        var tar = new TarBytes();
        for (TarEntry entry : entries) {
            tar.add(entry);
        }
        return tar.end();
    }

    private static TarEntry[] top() {
        return new TarEntry[] {
            TarEntry.directory("etc/").mode(0750).owner(5, 6),
            TarEntry.file("etc/.wh.empty", ""),
            TarEntry.file("etc/top", "top"),
        };
    }

    private static OciImages images() {
        return new OciImages().command("/bin/busybox", "cat", "/etc/motd");
    }

    void close() throws IOException, InterruptedException {
        registry.stop();
    }
}
