package dev.lamella.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerStoreHelperTest {

    @TempDir
    private Path directory;

    private Path helper(String file, String program) throws IOException {
        return Files.writeString(
                directory.resolve(file), "additional-layer-store-auth-helper = \"%s\"\n".formatted(program));
    }

    private Optional<LayerStoreHelper> found() throws IOException {
        return LayerStoreHelper.find(new EngineFiles(
                List.of(directory.resolve("missing"), directory.resolve("registries.conf")),
                List.of(directory),
                List.of(),
                List.of()));
    }

    @Test
    void theLastFileThatNamesOneCounts() throws Exception {
        assertThat(found()).isEmpty();
        Files.delete(helper("registries.conf", "/main"));
        assertThat(found()).isEmpty();
        Path second = helper("50-b.conf", "/b");
        helper("10-a.conf", "/a");
        helper("90-empty.conf", "");
        helper("99-no-drop-in", "/c");
        assertThat(found()).contains(new LayerStoreHelper("/b", second));
        Files.delete(second);
        assertThat(found().orElseThrow().program()).isEqualTo("/a");
    }

    @Test
    void aDamagedFileIsNamed() throws Exception {
        Path broken = Files.writeString(directory.resolve("60-x.conf"), "additional-layer-store-auth-helper = 7\n");
        assertThatThrownBy(this::found)
                .isInstanceOf(OciException.class)
                .hasMessageContaining(broken.toString())
                .hasMessageContaining("additional-layer-store-auth-helper");
    }
}
