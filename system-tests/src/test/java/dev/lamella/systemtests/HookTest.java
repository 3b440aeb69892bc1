package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.RegistryAccess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A plain {@code podman pull} with the hook: nobody says {@code lamella pull}, nothing is published before. */
@Tag("system")
class HookTest extends WithMachine {

    HookTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
    }

    /** Which layers Podman itself fetched: those that no request of ours asked for. */
    private List<String> layersFetchedByPodman(OciImage image) {
        String config = image.imageId().hex();
        return registry.accesses().stream()
                .filter(RegistryAccess::isBlobGet)
                .filter(access ->
                        !access.headers().getOrDefault("user-agent", "").startsWith("lamella"))
                .map(RegistryAccess::target)
                .filter(target -> !target.contains(config))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"trixie", "sid"})
    void layersAreThereWhenPodmanLooksForThem(String suite) throws Exception {
        OciImage image = FeatureImage.of(OciImages.Compression.GZIP);
        String tagged = registry.push("test/hook", "1", image);
        machine.engineWithHook("hooked");
        machine.startNode();
        for (String reference : List.of(tagged, registry.address() + "/test/hook@" + image.digest())) {
            machine.in(suite, "hooked", "podman", "pull", "-q", reference);
            assertThat(layersFetchedByPodman(image)).as(reference).isEmpty();
            assertThat(machine.in(suite, "hooked", "podman", "run", "--rm", reference))
                    .isEqualTo("base");
        }
        assertThat(machine.in(suite, "hooked", "podman", "image", "inspect", "--format", "{{.Digest}} {{.Id}}", tagged))
                .isEqualTo(image.digest() + " " + image.imageId().hex());

        // The same store, a machine that has never seen anything: nobody downloads a layer.
        registry.forgetAccesses();
        machine.engineWithHook("second");
        machine.in(suite, "second", "podman", "pull", "-q", tagged);
        assertThat(registry.accesses().stream()
                        .filter(RegistryAccess::isBlobGet)
                        .map(RegistryAccess::target))
                .allMatch(target -> target.contains(image.imageId().hex()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"trixie", "sid"})
    void anIndexGivesTheImageOfThisMachine(String suite) throws Exception {
        OciImage child = SmallImage.named("child");
        OciImage arm =
                new OciImages().platform("linux/arm64/v8").layer(new byte[1024]).build();
        String reference = registry.push(
                "test/multi", "1", OciImages.index(List.of("linux/arm64/v8", "linux/amd64"), List.of(arm, child)));
        machine.engineWithHook("hooked");
        machine.startNode();
        machine.in(suite, "hooked", "podman", "pull", "-q", reference);
        assertThat(layersFetchedByPodman(child)).isEmpty();
        assertThat(machine.in(suite, "hooked", "podman", "run", "--rm", "--pull=never", reference))
                .isEqualTo("child");

        machine.engine("plain", false);
        machine.in(suite, "plain", "podman", "pull", "-q", reference);
        requireAsPlainlyPulled(suite, "hooked", reference);
    }

    @ParameterizedTest
    @ValueSource(strings = {"trixie", "sid"})
    void aPrivateImageIsShownOnlyWhereThePolicySaysSo(String suite) throws Exception {
        registry.basic("ann", "secret");
        OciImage image = FeatureImage.of(OciImages.Compression.ZSTD);
        String shown = registry.push("team/shown", "1", image);
        String hidden = registry.push("other/hidden", "1", image);
        machine.configure("doors.private-images = [\"" + registry.address() + "/team/*\"]");
        machine.engineWithHook("hooked");
        machine.startNode();
        Path auth = machine.directory().resolve("auth.json");
        String pair = Base64.getEncoder().encodeToString("ann:secret".getBytes(StandardCharsets.UTF_8));
        Files.writeString(auth, "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry.address(), pair));

        machine.in(suite, "hooked", "podman", "pull", "-q", "--authfile", auth.toString(), hidden);
        assertThat(layersFetchedByPodman(image)).hasSize(2);
        assertThat(machine.nodeLog()).contains("outcome=REFUSED").contains("doors.private-images");
        registry.forgetAccesses();
        machine.in(suite, "hooked", "podman", "rmi", hidden);
        machine.in(suite, "hooked", "podman", "pull", "-q", "--authfile", auth.toString(), shown);
        assertThat(layersFetchedByPodman(image)).isEmpty();
        assertThat(machine.nodeLog()).doesNotContain("secret");
    }
}
