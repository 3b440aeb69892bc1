package dev.lamella.erofs;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Directory;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;

/** The small files of a layer directory as a tree of their own. */
final class LayerDirectories {

    private LayerDirectories() {}

    static void addFiles(Directory root, Map<ByteString, byte[]> files) {
        long offset = 0;
        for (Map.Entry<ByteString, byte[]> file : new TreeMap<>(files).entrySet()) {
            int length = file.getValue().length;
            root.put(file.getKey(), length == 0 ? Trees.file(0) : Trees.file(length, Trees.stored(0, length, offset)));
            offset += length;
        }
    }

    static MemorySegment contents(Map<ByteString, byte[]> files) {
        var contents = new ByteArrayOutputStream();
        new TreeMap<>(files).values().forEach(contents::writeBytes);
        return MemorySegment.ofArray(contents.toByteArray());
    }
}
