package dev.lamella.toc;

/**
 * How large a table of contents may be. How many entries it may have follows from the tar it is compared with.
 *
 * @param sizeBytesMax bytes of the JSON, and of its compressed form
 * @param textCharactersMax characters of one text in it
 * @param entryXattrBytesMax bytes of names and values of one entry's extended attributes together
 */
public record TocLimits(long sizeBytesMax, int textCharactersMax, int entryXattrBytesMax) {

    /** The size is what containers/storage allows too (maxTocSize), the rest is beyond what the tar reader allows. */
    public static final TocLimits DEFAULT = new TocLimits(150L << 20, 1 << 20, 1 << 20);
}
