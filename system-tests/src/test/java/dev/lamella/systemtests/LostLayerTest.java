package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Upstream's fault of docs/upstream.md, as long as it is there: when Podman of sid keeps the layer, the document is to
 * be changed.
 */
@Tag("system")
class LostLayerTest {

    @Test
    void podmanLosesLayersOfLayerStoresSince55() throws Exception {
        List<String> lines = Shell.out(Map.of(), List.of("testbed/lost-layer", "trixie", "sid"))
                .lines()
                .toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst())
                .matches(
                        "trixie: podman version 5\\.4\\.\\d+: pulled without the layer's blob; layers\\.json: 1 layer; run: hello");
        assertThat(lines.getLast())
                .startsWith("sid: podman version 5.")
                .contains(": pulled without the layer's blob; layers.json: LOST; run: Error: ");
    }
}
