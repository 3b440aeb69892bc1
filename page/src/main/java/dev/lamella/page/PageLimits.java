package dev.lamella.page;

/**
 * How much a page shows at most. What is left out is said to be.
 *
 * @param rows of a list
 * @param layers of an image or a job
 * @param sharers other images in an image's picture
 * @param names references or nodes of an image
 * @param plotPoints of a plot, from left to right
 * @param tiles of the picture of shared layers
 * @param textCharacters of a name or an error
 */
public record PageLimits(int rows, int layers, int sharers, int names, int plotPoints, int tiles, int textCharacters) {

    /** Overlay file systems take 500 layers, engines 127; the rest is what can be read. */
    public static final PageLimits DEFAULT = new PageLimits(200, 500, 12, 100, 96, 48, 4_000);
}
