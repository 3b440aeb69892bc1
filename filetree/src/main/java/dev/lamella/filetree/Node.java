package dev.lamella.filetree;

/**
 * One inode. A node that appears under several names, as the same object, is one file with several hard links; equality of
 * records says nothing about that, so compare nodes with {@code ==} or keep them in an identity map.
 */
public sealed interface Node permits Directory, RegularFile, Symlink, SpecialFile {
    /** Returns the metadata. */
    Metadata metadata();
}
