package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.EstargzWriter;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import dev.lamella.testkit.TocBlob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Images with tables of contents: zstd:chunked as Podman 5.4 writes it, and eStargz of the test kit's, which Podman
 * 5.4 reads. What Podman makes of a
 * TOC alone, in a partial pull, is what Lamella shows of the tar.
 */
@Tag("system")
class TocImagesTest extends WithMachine {

    private static final String READER = "trixie";
    private static final byte[] NET_BIND_SERVICE = {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    private final EmptyRegistry chunkedRegistry;

    TocImagesTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
        chunkedRegistry = new EmptyRegistry(directory.resolve("pushed"));
        trust("shown");
    }

    @AfterEach
    void stopRegistry() throws Exception {
        chunkedRegistry.stop();
    }

    /** Lets an engine, or Lamella, which reads the same file, speak plain HTTP with the registry that takes pushes. */
    private void trust(String engine) throws IOException {
        Files.writeString(
                machine.directory().resolve(engine).resolve("registries.conf"),
                "[[registry]]\nlocation = \"%s\"\ninsecure = true\n".formatted(chunkedRegistry.address()),
                StandardOpenOption.APPEND);
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

    @Test
    void zstdChunkedOfPodman() throws Exception {
        OciImage image = images().layer(tar(entries())).layer(tar(top())).build();
        String plain = registry.push("test/plain", "1", image);
        String pushed = chunkedRegistry.address() + "/test/chunked:1";
        machine.engine("maker", false);
        trust("maker");
        machine.in(READER, "maker", "podman", "pull", "-q", plain);
        machine.in(
                READER,
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
        for (JsonNode layer : chunkedRegistry.manifest("test/chunked", "1").path("layers")) {
            tocs.add(Digest.parse(
                    layer.path("annotations").path(TocBlob.CHUNKED_DIGEST).asString()));
        }
        requireKnownAndShown(pushed, image.diffIds(), tocs);
        requireSameTreeAsPartialPull(pushed, tocs, "");
    }

    @Test
    void estargzThatPodmanReads() throws Exception {
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
        String made = registry.push("test/estargz", "1", image.build());
        String pushed = chunkedRegistry.address() + "/test/estargz:1";
        machine.engine("maker", false);
        machine.in(
                READER,
                "maker",
                "skopeo",
                "copy",
                "-q",
                "--preserve-digests",
                "--src-tls-verify=false",
                "--dest-tls-verify=false",
                "docker://" + made,
                "docker://" + pushed);
        List<Digest> tocs = List.of(base.tocDigest(), second.tocDigest());
        requireKnownAndShown(pushed, List.of(base.diffId(), second.diffId()), tocs);
        requireSameTreeAsPartialPull(pushed, tocs, "stargz.index.json .no.prefetch.landmark");
    }

    private void requireKnownAndShown(String reference, List<Digest> diffIds, List<Digest> tocs) throws Exception {
        machine.lamella("publish", reference);
        assertThat(tocs).hasSize(2);
        for (int i = 0; i < tocs.size(); i++) {
            JsonNode layer = JsonMapper.shared()
                    .readTree(machine.lamella("inspect", tocs.get(i).toString(), "--json"));
            assertThat(layer.path("kind").asString()).isEqualTo("layer");
            assertThat(layer.path("diffId").asString()).isEqualTo(diffIds.get(i).toString());
            assertThat(layer.path("tocDigest").asString()).isEqualTo(tocs.get(i).toString());
        }
        assertThat(machine.lamella("layers")).contains(tocs.getFirst().hex().substring(0, 12));
        assertThat(machine.lamella("verify", "--all")).startsWith("sound: 2 layers");
        machine.lamella("pull", reference);
        assertThat(machine.in(READER, "shown", "podman", "run", "--rm", reference))
                .isEqualTo("contents");
    }

    /**
     * What containers/storage makes of the TOCs, without reading the tars, is the tree that Lamella shows. But for
     * what its partial pulls leave out:
     * devices and FIFOs, and the times of directories and symbolic links, which are those of the pull.
     */
    private void requireSameTreeAsPartialPull(String reference, List<Digest> tocs, String onlyInTar) throws Exception {
        machine.engine("partial", false);
        trust("partial");
        Files.writeString(machine.directory().resolve("partial/storage.conf"), """
                [storage.options.pull_options]
                enable_partial_images = "true"
                insecure_allow_unpredictable_image_contents = "true"
                """, StandardOpenOption.APPEND);
        machine.in(READER, "partial", "podman", "pull", "-q", reference);
        String layers = Files.readString(machine.directory().resolve("partial/root/overlay-layers/layers.json"));
        assertThat(tocs).as("read as tables of contents: " + layers).allMatch(toc -> layers.contains(toc.hex()));

        for (String engine : List.of("shown", "partial")) {
            machine.in(READER, engine, "sh", "-c", writeTree(reference, engine, onlyInTar));
        }
        Path shown = machine.directory().resolve("shown.tar");
        Path partial = machine.directory().resolve("partial.tar");
        assertThat(Files.mismatch(shown, partial))
                .as(() -> listing(shown) + "\n--- partial pull:\n" + listing(partial))
                .isEqualTo(-1);
    }

    /** The same as in {@link PodmanTest}, without times and some names of the root. */
    private String writeTree(String reference, String engine, String without) {
        Path file = machine.directory().resolve(engine + ".tar");
        return "c=$(podman create --pull=never " + reference
                + ") && m=$(podman mount $c) && cd $m && for name in dev-null dev-block fifo "
                + without + "; do test ! -e $name || mv $name /tmp/; done"
                + " && tar --sort=name --format=posix"
                + " --mtime=@0 --pax-option=exthdr.name=%d/x/%f,delete=atime,delete=ctime --xattrs --xattrs-include='*' --numeric-owner"
                + " -cf " + file + " $(ls -A) && cd / && podman umount $c > /dev/null && podman rm $c > /dev/null";
    }

    private static String listing(Path tar) {
        try {
            return Shell.out(Map.of(), List.of("tar", "--xattrs", "--full-time", "-tvvf", tar.toString()));
        } catch (IOException | InterruptedException e) {
            return e.toString();
        }
    }
}
