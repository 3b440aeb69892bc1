package dev.lamella.erofs;

/**
 * How large an image may be, so that a hostile one costs bounded memory and time. What is written is held to the default.
 *
 * @param imageBytesMax bytes of the image
 * @param inodesMax inodes
 * @param entriesMax names in all directories together, without {@code .} and {@code ..}
 * @param depthMax directories below one another
 * @param chunksMax chunks of all files together; a file of one piece has one, a sparse file may need many
 */
public record ErofsLimits(long imageBytesMax, long inodesMax, long entriesMax, int depthMax, long chunksMax) {

    /** More than the trees of the largest layers that are read. */
    public static final ErofsLimits DEFAULT = new ErofsLimits(2L << 30, 4_000_000, 4_000_000, 2048, 32L << 20);
}
