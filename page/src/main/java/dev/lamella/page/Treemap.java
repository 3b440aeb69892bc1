package dev.lamella.page;

import dev.lamella.client.LayerView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The layers that save most by being shared, each a rectangle whose area is what it saves: its size for every image but
 * one. Squarified (Bruls, Huizing, van Wijk 2000): rows are laid along the shorter side and filled as long as that
 * makes their rectangles squarer.
 *
 * @param tiles the largest first
 */
record Treemap(List<Tile> tiles) {

    static final int WIDTH = 960;
    static final int HEIGHT = 320;

    static final int LABEL_WIDTH = 82;
    static final int LABEL_HEIGHT = 38;

    /** A layer and its rectangle, in the picture's units. */
    record Tile(LayerView layer, double x, double y, double width, double height) {

        long savedBytes() {
            return saved(layer);
        }

        Sharing sharing() {
            return Sharing.of(layer.images());
        }

        /** Returns whether words would be lost in its pattern and need a ground of their own. */
        boolean isPatterned() {
            return sharing() != Sharing.MOST;
        }

        boolean hasRoom() {
            return width >= LABEL_WIDTH + 10 && height >= LABEL_HEIGHT + 8;
        }
    }

    private record Area(double x, double y, double width, double height) {

        double shorter() {
            return Math.min(width, height);
        }
    }

    static Treemap of(List<LayerView> layers, int tilesMax) {
        List<LayerView> sorted = layers.stream()
                .filter(layer -> saved(layer) > 0)
                .sorted(Comparator.comparingLong(Treemap::saved).reversed())
                .limit(tilesMax)
                .toList();
        double total = sorted.stream().mapToDouble(Treemap::saved).sum();
        double scale = total == 0 ? 0 : (double) WIDTH * HEIGHT / total;
        List<Tile> tiles = new ArrayList<>();
        var free = new Area(0, 0, WIDTH, HEIGHT);
        int begin = 0;
        while (begin < sorted.size()) {
            int end = rowEnd(sorted, begin, free.shorter(), scale);
            free = fill(free, sorted.subList(begin, end), scale, tiles);
            begin = end;
        }
        return new Treemap(List.copyOf(tiles));
    }

    /** Returns a tenth of a unit, which is finer than any screen. */
    static double round(double number) {
        return Math.max(0, Math.round(number * 10) / 10.0);
    }

    private static long saved(LayerView layer) {
        return layer.images() < 2 ? 0 : (long) ((double) layer.dataSizeBytes() * (layer.images() - 1));
    }

    private static int rowEnd(List<LayerView> layers, int begin, double side, double scale) {
        double largest = saved(layers.get(begin)) * scale;
        double sum = 0;
        double worst = Double.MAX_VALUE;
        for (int end = begin; end < layers.size(); end++) {
            double area = saved(layers.get(end)) * scale;
            sum += area;
            double ratio = Math.max(side * side * largest / (sum * sum), sum * sum / (side * side * area));
            if (ratio > worst) {
                return end;
            }
            worst = ratio;
        }
        return layers.size();
    }

    /** Lays a row along the shorter side and returns what is left free. */
    private static Area fill(Area free, List<LayerView> row, double scale, List<Tile> tiles) {
        double sum = row.stream().mapToDouble(layer -> saved(layer) * scale).sum();
        boolean column = free.width() >= free.height();
        double depth = sum / free.shorter();
        double along = 0;
        for (LayerView layer : row) {
            double length = saved(layer) * scale / depth;
            tiles.add(
                    column
                            ? new Tile(layer, free.x(), free.y() + along, depth, length)
                            : new Tile(layer, free.x() + along, free.y(), length, depth));
            along += length;
        }
        return column
                ? new Area(free.x() + depth, free.y(), Math.max(free.width() - depth, 1e-6), free.height())
                : new Area(free.x(), free.y() + depth, free.width(), Math.max(free.height() - depth, 1e-6));
    }
}
