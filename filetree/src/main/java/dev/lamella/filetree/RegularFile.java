package dev.lamella.filetree;

import java.util.List;

/**
 * A regular file whose bytes lie elsewhere.
 *
 * @param metadata the metadata
 * @param size length in bytes
 * @param extents where the bytes are: sorted, not overlapping, inside the size; what no extent covers is a hole and reads as
 *     zeros
 */
public record RegularFile(Metadata metadata, long size, List<Extent> extents) implements Node {

    /** Checks the order of the extents and copies their list. */
    public RegularFile {
        if (size < 0) {
            throw new IllegalArgumentException("negative size: " + size);
        }
        extents = List.copyOf(extents);
        long end = 0;
        for (Extent extent : extents) {
            if (extent.fileOffset() < end || extent.length() > size - extent.fileOffset()) {
                throw new IllegalArgumentException("extent out of order or beyond size %d: %s".formatted(size, extent));
            }
            end = extent.fileOffset() + extent.length();
        }
    }
}
