package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.RegistryAccess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Real Podmans, unpatched: 4.3 of Debian 12, 5.4 of trixie and 5.8 of sid. */
@Tag("system")
class PodmanTest extends WithMachine {

    private final OciImage image = FeatureImage.of(OciImages.Compression.GZIP);
    private final String reference = registry.push("test/features", "1", image);

    PodmanTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bookworm", "trixie", "sid"})
    void runsInPlaceAndIsWhatAPlainPullGives(String suite) throws Exception {
        OciImage zstd = FeatureImage.of(OciImages.Compression.ZSTD);
        String reference = registry.push("test/zstd", "1", zstd);
        machine.lamella("publish", reference);
        registry.forgetAccesses();
        machine.lamella("pull", reference);
        assertThat(machine.lamella("pull", reference, "--json")).contains("\"newLayers\":0");
        assertThat(registry.accesses())
                .as("a published image needs no registry")
                .isEmpty();
        machine.in(suite, "shown", "podman", "pull", "-q", reference);
        assertThat(registry.accesses().stream()
                        .filter(RegistryAccess::isBlobGet)
                        .map(RegistryAccess::target))
                .as("blobs that podman pull fetched")
                .allMatch(target -> target.contains(zstd.imageId().hex()));

        machine.engine("plain", false);
        machine.in(suite, "plain", "podman", "pull", "-q", reference);
        requireAsPlainlyPulled(suite, "shown", reference);
        assertThat(machine.in(suite, "shown", "podman", "run", "--rm", reference))
                .isEqualTo("base");
        machine.engine("never", true);
        assertThat(machine.in(suite, "never", "podman", "run", "--rm", "--pull=never", reference))
                .isEqualTo("base");

        for (String engine : List.of("shown", "plain")) {
            machine.in(
                    suite,
                    engine,
                    "sh",
                    "-c",
                    writeTree(reference, machine.directory().resolve(engine + ".tar")));
        }
        Path shown = machine.directory().resolve("shown.tar");
        Path plain = machine.directory().resolve("plain.tar");
        assertThat(Files.mismatch(shown, plain))
                .as(() -> listing(shown) + "\n--- plain:\n" + listing(plain))
                .isEqualTo(-1);
    }

    /**
     * All that an inode is, but for its number: name, type, mode, owner, device, nanosecond time, xattrs, link group, content. The root is
     * left out: it is the container's own.
     */
    private static String writeTree(String reference, Path file) {
        return "c=$(podman create --pull=never " + reference
                + ") && m=$(podman mount $c) && tar --sort=name --format=posix"
                + " --pax-option=exthdr.name=%d/x/%f,delete=atime,delete=ctime --xattrs --xattrs-include='*' --numeric-owner"
                + " -cf " + file + " -C $m $(ls -A $m) && podman umount $c > /dev/null && podman rm $c > /dev/null";
    }

    private static String listing(Path tar) {
        try {
            return Shell.out(java.util.Map.of(), List.of("tar", "--xattrs", "-tvvf", tar.toString()));
        } catch (IOException | InterruptedException e) {
            return e.toString();
        }
    }

    /** Nothing of the image is in the second registry yet: the engine has to make each blob from what the image store holds. */
    @ParameterizedTest
    @ValueSource(strings = {"bookworm", "trixie", "sid"})
    void pushesToAnEmptyRegistry(String suite) throws Exception {
        machine.lamella("pull", reference);
        var empty = new EmptyRegistry(machine.directory().resolve("empty"));
        try {
            String pushed = empty.address() + "/copied/features:2";
            machine.in(suite, "shown", "podman", "push", "-q", "--tls-verify=false", reference, pushed);

            JsonNode manifest = empty.manifest("copied/features", "2");
            String config = manifest.path("config").path("digest").asString();
            assertThat(config).isEqualTo(image.imageId().toString());
            assertThat(empty.blob("copied/features", config))
                    .isEqualTo(image.config().toByteArray());
            var diffIds = new ArrayList<Digest>();
            for (JsonNode layer : manifest.path("layers")) {
                byte[] blob = empty.blob("copied/features", layer.path("digest").asString());
                diffIds.add(Digest.sha256Of(new GZIPInputStream(new ByteArrayInputStream(blob)).readAllBytes()));
            }
            assertThat(diffIds).isEqualTo(image.diffIds());

            machine.engine("plain", false);
            machine.in(suite, "plain", "podman", "pull", "-q", "--tls-verify=false", pushed);
            assertThat(machine.in(suite, "plain", "podman", "run", "--rm", pushed))
                    .isEqualTo("base");
        } finally {
            empty.stop();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bookworm", "trixie", "sid"})
    void everythingElseOneDoesWithAnImage(String suite) throws Exception {
        machine.lamella("pull", reference);
        String dir = machine.directory().toString();
        machine.in(suite, "shown", "podman", "push", "-q", reference, "dir:" + dir + "/pushed");
        machine.in(suite, "shown", "podman", "save", "-q", "-o", dir + "/saved.tar", reference);
        String config = image.imageId().hex();
        assertThat(Files.readAllBytes(Path.of(dir, "pushed", config)))
                .isEqualTo(image.config().toByteArray());
        String saved = Shell.out(java.util.Map.of(), List.of("tar", "-tf", dir + "/saved.tar"));
        image.diffIds().forEach(diffId -> assertThat(saved).contains(diffId.hex() + ".tar"));

        Files.writeString(
                Path.of(dir, "Containerfile"),
                "FROM " + reference + "\nRUN [\"/bin/sh\", \"-c\", \"echo built > /etc/built\"]\n");
        machine.in(suite, "shown", "podman", "build", "-q", "-t", "localhost/built", "-f", dir + "/Containerfile", dir);
        assertThat(machine.in(suite, "shown", "podman", "run", "--rm", "localhost/built", "/bin/cat", "/etc/built"))
                .isEqualTo("built");

        String container = machine.in(
                suite,
                "shown",
                "podman",
                "create",
                "--pull=never",
                reference,
                "/bin/sh",
                "-c",
                "echo more >> /etc/motd");
        machine.in(suite, "shown", "podman", "start", "-a", container);
        assertThat(machine.in(suite, "shown", "podman", "diff", container)).contains("C /etc/motd");
        machine.in(suite, "shown", "podman", "commit", "-q", container, "localhost/committed");
        assertThat(machine.in(suite, "shown", "podman", "run", "--rm", "localhost/committed", "/bin/cat", "/etc/motd"))
                .isEqualTo("base\nmore");
        assertThat(machine.in(suite, "shown", "podman", "diff", reference)).contains("A /etc/owned", "D /etc/gone");

        for (String mapping : List.of("--uidmap=0:100000:65536", "--userns=auto:size=65536")) {
            assertThat(machine.in(
                            suite,
                            "shown",
                            "podman",
                            "run",
                            "--rm",
                            "--pull=never",
                            mapping,
                            reference,
                            "/bin/busybox",
                            "stat",
                            "-c",
                            "%u:%g %s",
                            "/etc/owned",
                            "/bin/busybox"))
                    .as(mapping)
                    .startsWith("1000:2000 4\n0:0 ");
        }
    }
}
