package dev.lamella.filetree;

/**
 * A symbolic link.
 *
 * @param metadata the metadata
 * @param target where it leads, never empty
 */
public record Symlink(Metadata metadata, ByteString target) implements Node {
    /** Checks that there is a target. */
    public Symlink {
        if (target.isEmpty()) {
            throw new IllegalArgumentException("symbolic link without a target");
        }
    }
}
