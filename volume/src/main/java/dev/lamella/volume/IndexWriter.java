package dev.lamella.volume;

import dev.lamella.filetree.Directory;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;

/** Writes the index of a layer's tree: {@code ErofsWriter}, or a stand-in for it in tests. */
@FunctionalInterface
interface IndexWriter {

    /** Writes an index; the same arguments give the same bytes. */
    void write(Directory root, long dataSizeBytes, MemorySegment stored, OutputStream out) throws IOException;
}
