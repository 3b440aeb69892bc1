package dev.lamella.volume;

import java.nio.file.Path;

/**
 * A published volume whose descriptor's signature has been checked; the content of its files has not.
 *
 * @param descriptor what it says of itself
 * @param index its {@code index.erofs}
 * @param data its {@code data.tar}
 * @param verity its {@code data.verity}
 */
public record Volume(VolumeDescriptor descriptor, Path index, Path data, Path verity) {

    /** The file name of the data. */
    public static final String DATA = "data.tar";

    /** The file name of the index. */
    public static final String INDEX = "index.erofs";

    /** The file name of the data's Merkle tree. */
    public static final String VERITY = "data.verity";

    /** The file name of the descriptor. */
    public static final String DESCRIPTOR = "volume.json";

    /** The file name of the descriptor's signature. */
    public static final String SIGNATURE = "volume.json.sig";

    /** Returns the volume whose files lie in a directory under their usual names. */
    public static Volume in(Path directory, VolumeDescriptor descriptor) {
        return new Volume(descriptor, directory.resolve(INDEX), directory.resolve(DATA), directory.resolve(VERITY));
    }

    /** Returns the directory that holds the files. */
    public Path directory() {
        return index.resolveSibling(".").normalize();
    }
}
