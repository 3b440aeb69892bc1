package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeConfigTest {

    private static NodeConfig config(String state, String imageStore, List<Path> graphroots) {
        return new NodeConfig(Path.of(state), Path.of(imageStore), graphroots, MountMode.AUTO, NodeConfig.LOCK_TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"relative/images", "images", "/a,b/images", "/a/im:ages", ""})
    void refusesImageStoresThatOverlayfsCannotName(String imageStore) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config("/state", imageStore, List.of()))
                .withMessageContaining("image store " + imageStore)
                .withMessageContaining("absolute path");
    }

    @Test
    void refusesARelativeState() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config("state", "/images", List.of()))
                .withMessageContaining("state");
    }

    @Test
    void takesAnythingElseAndKeepsACopy() {
        var graphroots = new ArrayList<>(List.of(Path.of("/var/lib/containers/storage")));
        NodeConfig config = config("/with space,comma:colon", "/images x", graphroots);
        graphroots.clear();
        assertThat(config.graphroots()).hasSize(1);
    }
}
