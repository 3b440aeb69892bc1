package dev.lamella.tar;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.filetree.Metadata;
import java.util.Optional;

/**
 * One entry of a layer's tar as its headers have it, before anything is made of it: names are as written, whiteouts
 * are files, and
 * extended attributes are all there.
 *
 * @param name the name as it is written
 * @param type the type flag, {@code '0'} and {@code '5'} for the older ways to say them
 * @param link the link target as it is written
 * @param metadata the metadata, with all extended attributes of the headers
 * @param deviceMajor device number, unchecked; means something for types {@code '3'} and {@code '4'} only
 * @param deviceMinor device number, unchecked
 * @param sizeBytes bytes of a regular file's body; 0 for all other types, whatever the header says
 * @param content the SHA-256 of a regular file's content; missing for other types and for sparse files
 * @param headerOffset the offset of the entry's own header in the tar, in bytes; extension headers lie before it
 * @param bodyOffset the offset of its body
 */
public record TarEntry(
        ByteString name,
        char type,
        ByteString link,
        Metadata metadata,
        long deviceMajor,
        long deviceMinor,
        long sizeBytes,
        Optional<Digest> content,
        long headerOffset,
        long bodyOffset) {}
