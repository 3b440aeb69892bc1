package dev.lamella.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lamella.filetree.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerStoreDirectoriesTest {

    private static final Digest DIGEST = Digest.sha256Of(new byte[] {1});
    private static final String REFERENCE = encoded("docker.io/library/debian:12");

    private final Path file;

    LayerStoreDirectoriesTest(@TempDir Path directory) {
        file = directory.resolve("directories");
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void namesAreThoseThatEnginesUse() {
        LayerStoreName reference = LayerStoreName.inRoot(REFERENCE).orElseThrow();
        assertThat(reference.reference().orElseThrow()).hasToString("docker.io/library/debian:12");
        LayerStoreName layer = reference.layer(DIGEST.toString()).orElseThrow();
        assertThat(layer).hasToString(REFERENCE + "/" + DIGEST);
        assertThat(LayerStoreName.parse(layer.toString())).isEqualTo(layer);
        LayerStoreName nameless = LayerStoreName.inRoot(DIGEST.toString()).orElseThrow();
        assertThat(LayerStoreName.parse(nameless.toString())).isEqualTo(nameless);
        for (String other : List.of(
                "debian",
                encoded("debian"), // not as engines spell it
                encoded("docker.io/library/debian:12") + "=",
                encoded("docker.io/library/debian:1").replace("=", ""),
                encoded("docker.io/Library/debian:12"),
                encoded("../x"),
                "",
                "sha256:12",
                "sha256:" + DIGEST.hex().toUpperCase(java.util.Locale.ROOT))) {
            assertThat(LayerStoreName.inRoot(other)).as(other).isEmpty();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> LayerStoreName.parse("x/y"));
    }

    @Test
    void numbersLastAsLongAsTheKernelKnowsThem() throws IOException {
        LayerStoreName reference = LayerStoreName.inRoot(REFERENCE).orElseThrow();
        LayerStoreName layer = reference.layer(DIGEST.toString()).orElseThrow();
        long first;
        long second;
        try (var directories = new LayerStoreDirectories(file, false)) {
            first = directories.enter(reference).orElseThrow();
            second = directories.enter(layer).orElseThrow();
            assertThat(directories.enter(layer)).contains(second);
            directories.forget(second, 1);
            assertThat(directories.get(second)).contains(layer);
        }
        Files.writeString(file, "damaged\n99 no/such", StandardOpenOption.APPEND);
        try (var successor = new LayerStoreDirectories(file, true)) {
            assertThat(successor.get(first)).contains(reference);
            assertThat(successor.enter(layer)).contains(second);
            successor.forget(second, 1_000_000);
            assertThat(successor.get(second))
                    .as("how often the predecessor was asked is not known")
                    .contains(layer);
        }
        try (var anew = new LayerStoreDirectories(file, false)) {
            assertThat(anew.get(first)).isEmpty();
            long number = anew.enter(layer).orElseThrow();
            anew.forget(number, 1);
            assertThat(anew.get(number)).isEmpty();
            assertThat(anew.enter(layer).orElseThrow()).isNotEqualTo(number);
        }
    }

    @Test
    void thereIsALimit() throws IOException {
        try (var directories = new LayerStoreDirectories(file, false)) {
            for (int i = 0; i < LayerStoreDirectories.MAX; i++) {
                assertThat(directories.enter(named(i))).isPresent();
            }
            assertThat(directories.enter(named(-1))).isEmpty();
            directories.forget(1, 1);
            assertThat(directories.enter(named(-1))).isPresent();
        }
    }

    private static LayerStoreName named(int number) {
        return LayerStoreName.inRoot("sha256:%064x".formatted(number & 0xffff_ffffL))
                .orElseThrow();
    }
}
