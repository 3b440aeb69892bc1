package dev.lamella.tar;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Metadata;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a tar with everything its extension headers say about it; its body is still to be read.
 *
 * @param where for messages
 * @param type the type flag, {@code '0'} and {@code '5'} for the older ways to say them
 * @param name the name as it is written
 * @param link the link target as it is written
 * @param metadata the metadata
 * @param deviceMajor device number, unchecked
 * @param deviceMinor device number, unchecked
 * @param bodyBytes bytes of the body that are still to be read
 * @param sparse the parts that the body consists of, for a sparse file
 * @param pax the records of its PAX extended header
 */
record LayerEntry(
        EntryPosition where,
        char type,
        ByteString name,
        ByteString link,
        Metadata metadata,
        long deviceMajor,
        long deviceMinor,
        long bodyBytes,
        @Nullable SparseMap sparse,
        PaxRecords pax) {}
