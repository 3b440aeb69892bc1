package dev.lamella.tar;

/**
 * How large a layer may be, so that a hostile one costs bounded memory and time.
 *
 * @param entriesMax entries of the tar together with directories that only follow from other entries' names
 * @param pathBytesMax bytes of an entry's name
 * @param nameBytesMax bytes of one component of a name; Linux has no more than 255
 * @param depthMax components of a name
 * @param symlinkBytesMax bytes of a symbolic link's target
 * @param extensionBytesMax bytes of all PAX and GNU extension headers before one entry
 * @param xattrBytesMax bytes of one extended attribute's value; Linux has no more than 65536
 * @param nodeXattrBytesMax bytes of names and values of one file's extended attributes together
 * @param metadataBytesMax bytes of names, link targets and extended attributes of all entries together
 * @param sparsePartsMax parts of all sparse files together
 * @param fileBytesMax bytes of one file, holes counted
 * @param storedBytesMax bytes that cannot be used where they lie in the tar
 * @param tarBytesMax bytes of the tar
 */
public record TarLimits(
        long entriesMax,
        int pathBytesMax,
        int nameBytesMax,
        int depthMax,
        int symlinkBytesMax,
        int extensionBytesMax,
        int xattrBytesMax,
        int nodeXattrBytesMax,
        long metadataBytesMax,
        long sparsePartsMax,
        long fileBytesMax,
        long storedBytesMax,
        long tarBytesMax) {

    /** Far beyond real images, and small enough for a generator with a heap of a few hundred megabytes. */
    public static final TarLimits DEFAULT = new TarLimits(
            1_000_000,
            4096,
            255,
            1024,
            4095,
            1 << 20,
            1 << 16,
            200_000,
            128L << 20,
            1_000_000,
            8L << 40,
            256L << 20,
            1L << 40);
}
