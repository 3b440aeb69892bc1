package dev.lamella.volume;

import dev.lamella.tar.TarLimits;
import dev.lamella.toc.TocLimits;

/**
 * How large a layer may become, so that a hostile blob costs bounded disk, memory and time.
 *
 * @param dataSizeBytesMax greatest size of the uncompressed tar
 * @param ratioFreeBytes size of the uncompressed tar up to which any compression ratio is fine
 * @param ratioMax bytes of the tar allowed for each byte of the blob beyond that
 * @param indexSizeBytesMax greatest size of the index
 * @param freeSpaceFloorBytes space to leave free on the disk written to, looked at while writing
 * @param tar limits of what is in the tar
 * @param toc limits of a table of contents
 */
public record LayerLimits(
        long dataSizeBytesMax,
        long ratioFreeBytes,
        int ratioMax,
        long indexSizeBytesMax,
        long freeSpaceFloorBytes,
        TarLimits tar,
        TocLimits toc) {

    /** Beyond what real images hold. */
    public static final LayerLimits DEFAULT =
            new LayerLimits(256L << 30, 1L << 30, 200, 1L << 30, 64L << 20, TarLimits.DEFAULT, TocLimits.DEFAULT);

    /** Returns the same limits with another free-space floor. */
    public LayerLimits withFreeSpaceFloor(long bytes) {
        return new LayerLimits(dataSizeBytesMax, ratioFreeBytes, ratioMax, indexSizeBytesMax, bytes, tar, toc);
    }
}
