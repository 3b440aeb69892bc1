package dev.lamella.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.page.ImagePage.Sharer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerPictureTest {

    @Test
    void theBaseIsAtTheBottomAndTheLargestIsTheWidest() {
        var picture = LayerPicture.of(new ImagePage(Made.image(2, 6), Map.of()), PageLimits.DEFAULT);
        assertThat(picture.rows()).extracting(LayerPicture.Row::number).containsExactly(6, 5, 4, 3, 2, 1);
        assertThat(picture.rows()).extracting(LayerPicture.Row::barWidth).contains(LayerPicture.BAR_WIDTH);
        assertThat(picture.rows()).allSatisfy(row -> assertThat(row.barWidth()).isBetween(3, LayerPicture.BAR_WIDTH));
        assertThat(picture.columns()).isEmpty();
    }

    @Test
    void imagesThatShareMostComeFirst() {
        var image = Made.image(2, 3);
        var base = new Sharer("sha256:base", "only the base");
        var all = new Sharer("sha256:all", "all but the top");
        var page = new ImagePage(
                image,
                Map.of(
                        image.layers().get(0).diffId(), List.of(base, all),
                        image.layers().get(1).diffId(), List.of(all)));
        var picture = LayerPicture.of(page, PageLimits.DEFAULT);
        assertThat(picture.columns()).containsExactly(all, base);
        assertThat(picture.rows())
                .extracting(LayerPicture.Row::has)
                .containsExactly(List.of(false, false), List.of(true, false), List.of(true, true));
    }

    @Test
    void whatIsTooMuchIsCounted() {
        var picture = LayerPicture.of(Made.imagePage(600), PageLimits.DEFAULT);
        assertThat(picture.rows()).hasSize(500);
        assertThat(picture.hiddenRows()).isEqualTo(100);
        assertThat(picture.columns()).hasSizeLessThanOrEqualTo(12);
    }
}
