package dev.lamella.tar;

/**
 * What a layer's tar held.
 *
 * @param entries entries of the tar, extension headers not counted
 * @param impliedDirectories directories without an entry of their own
 * @param hardLinks entries that gave an existing file one more name
 * @param whiteouts entries that remove a name of the layers below
 * @param contentBytes bytes of all regular files, holes counted
 * @param storedBytes bytes written beside the tar, a multiple of 512
 * @param tarBytes length of the uncompressed tar
 */
public record LayerCounts(
        long entries,
        long impliedDirectories,
        long hardLinks,
        long whiteouts,
        long contentBytes,
        long storedBytes,
        long tarBytes) {}
