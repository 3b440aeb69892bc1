package dev.lamella.page;

import dev.lamella.client.LayerView;
import dev.lamella.page.ImagePage.Sharer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An image's layers as a stack, the base at the bottom, and beside it one column for each other image that shares some.
 *
 * @param rows the topmost layer first
 * @param columns the image that shares most bytes first
 * @param hiddenColumns how many more images share something, as far as it is known
 * @param hiddenRows how many more layers there are
 */
record LayerPicture(List<Row> rows, List<Sharer> columns, int hiddenColumns, int hiddenRows) {

    /** The length of the longest bar, in the picture's units. */
    static final int BAR_WIDTH = 200;

    private static final int BAR_WIDTH_MIN = 3;

    /**
     * A layer.
     *
     * @param number from 1, the base first
     * @param layer itself
     * @param barWidth by its size
     * @param has for each column, whether that image has it
     */
    record Row(int number, LayerView layer, int barWidth, List<Boolean> has) {

        Sharing sharing() {
            return Sharing.of(layer.images());
        }
    }

    static LayerPicture of(ImagePage page, PageLimits limits) {
        List<LayerView> layers = page.image().layers();
        int shown = Math.min(layers.size(), limits.layers());
        List<Sharer> all = sharers(page);
        List<Sharer> columns = all.subList(0, Math.min(all.size(), limits.sharers()));
        long largest = layers.stream().mapToLong(LayerView::dataSizeBytes).max().orElse(0);

        Map<String, Set<String>> imagesByLayer = new HashMap<>();
        page.sharers().forEach((diffId, sharers) -> {
            Set<String> digests = imagesByLayer.computeIfAbsent(diffId, key -> new HashSet<>());
            sharers.forEach(sharer -> digests.add(sharer.digest()));
        });
        List<Row> rows = new ArrayList<>();
        for (int i = shown - 1; i >= 0; i--) {
            LayerView layer = layers.get(i);
            Set<String> images = imagesByLayer.getOrDefault(layer.diffId(), Set.of());
            List<Boolean> has = columns.stream()
                    .map(column -> images.contains(column.digest()))
                    .toList();
            rows.add(new Row(i + 1, layer, barWidth(layer.dataSizeBytes(), largest), has));
        }
        return new LayerPicture(rows, columns, all.size() - columns.size(), layers.size() - shown);
    }

    private static int barWidth(long size, long largest) {
        return largest <= 0
                ? BAR_WIDTH_MIN
                : (int) Math.max(BAR_WIDTH_MIN, Math.round((double) BAR_WIDTH * size / largest));
    }

    private static List<Sharer> sharers(ImagePage page) {
        Map<String, Long> bytesByImage = new HashMap<>();
        Map<String, Sharer> byDigest = new HashMap<>();
        for (LayerView layer : page.image().layers()) {
            for (Sharer sharer : page.sharers().getOrDefault(layer.diffId(), List.of())) {
                byDigest.putIfAbsent(sharer.digest(), sharer);
                bytesByImage.merge(sharer.digest(), layer.dataSizeBytes(), Long::sum);
            }
        }
        return byDigest.values().stream()
                .sorted(Comparator.comparingLong((Sharer sharer) -> -bytesByImage.getOrDefault(sharer.digest(), 0L))
                        .thenComparing(Sharer::name))
                .toList();
    }
}
