package dev.lamella.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lamella.client.LayerView;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreemapTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 48, 200})
    void tilesFillThePictureByWhatTheySave(int layers) {
        List<Treemap.Tile> tiles = Treemap.of(Made.layers(layers), 48).tiles();
        double area = (double) Treemap.WIDTH * Treemap.HEIGHT;
        double saved = tiles.stream().mapToDouble(Treemap.Tile::savedBytes).sum();
        assertThat(tiles).isNotEmpty().hasSizeLessThanOrEqualTo(48);
        assertThat(tiles).allSatisfy(tile -> {
            assertThat(tile.width() * tile.height()).isCloseTo(area * tile.savedBytes() / saved, within(1e-3));
            assertThat(tile.x()).isGreaterThanOrEqualTo(0);
            assertThat(tile.y()).isGreaterThanOrEqualTo(0);
            assertThat(tile.x() + tile.width()).isLessThan(Treemap.WIDTH + 1e-3);
            assertThat(tile.y() + tile.height()).isLessThan(Treemap.HEIGHT + 1e-3);
        });
    }

    @Test
    void tilesDoNotOverlap() {
        List<Treemap.Tile> tiles = Treemap.of(Made.layers(48), 48).tiles();
        for (Treemap.Tile one : tiles) {
            for (Treemap.Tile other : tiles) {
                boolean apart = one.x() + one.width() <= other.x() + 1e-6
                        || other.x() + other.width() <= one.x() + 1e-6
                        || one.y() + one.height() <= other.y() + 1e-6
                        || other.y() + other.height() <= one.y() + 1e-6;
                assertThat(one.equals(other) || apart).isTrue();
            }
        }
    }

    @Test
    void whatNobodySharesIsLeftOut() {
        var alone = new LayerView(Made.digest(1), List.of(), 1 << 20, 4_096, 1);
        var nothing = new LayerView(Made.digest(2), List.of(), 0, 4_096, 9);
        assertThat(Treemap.of(List.of(alone, nothing), 48).tiles()).isEmpty();
    }

    @Test
    void hugeSizesDoNotOverflow() {
        var huge = new LayerView(Made.digest(1), List.of(), Long.MAX_VALUE, 4_096, Integer.MAX_VALUE);
        assertThat(Treemap.of(List.of(huge, Made.layer(1)), 48)
                        .tiles()
                        .getFirst()
                        .savedBytes())
                .isEqualTo(Long.MAX_VALUE);
    }
}
