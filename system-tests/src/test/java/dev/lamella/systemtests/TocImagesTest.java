package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

    private static final String READER = TocImages.MAKER;
    private final TocImages images;

    TocImagesTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
        images = new TocImages(machine, registry);
        images.trust("shown");
    }

    @AfterEach
    void stopRegistry() throws Exception {
        images.close();
    }

    @Test
    void zstdChunkedOfPodman() throws Exception {
        TocImages.Pushed pushed = images.zstdChunked();
        requireKnownAndShown(pushed);
        requireSameTreeAsPartialPull(pushed, "");
    }

    @Test
    void estargzThatPodmanReads() throws Exception {
        TocImages.Pushed pushed = images.estargz();
        requireKnownAndShown(pushed);
        requireSameTreeAsPartialPull(pushed, "stargz.index.json .no.prefetch.landmark");
    }

    private void requireKnownAndShown(TocImages.Pushed image) throws Exception {
        String reference = image.reference();
        List<Digest> tocs = image.tocs();
        machine.lamella("publish", reference);
        assertThat(tocs).hasSize(2);
        for (int i = 0; i < tocs.size(); i++) {
            JsonNode layer = JsonMapper.shared()
                    .readTree(machine.lamella("inspect", tocs.get(i).toString(), "--json"));
            assertThat(layer.path("kind").asString()).isEqualTo("layer");
            assertThat(layer.path("diffId").asString())
                    .isEqualTo(image.diffIds().get(i).toString());
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
    private void requireSameTreeAsPartialPull(TocImages.Pushed image, String onlyInTar) throws Exception {
        String reference = image.reference();
        List<Digest> tocs = image.tocs();
        machine.engine("partial", false);
        images.trust("partial");
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
