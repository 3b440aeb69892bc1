package dev.lamella.erofs;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Extent;
import dev.lamella.filetree.Metadata;
import dev.lamella.filetree.RegularFile;
import dev.lamella.filetree.Timestamp;
import dev.lamella.filetree.Xattrs;
import dev.lamella.testkit.RandomTrees.RandomTree;
import dev.lamella.testkit.TreeFacts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SortedMap;

/** Trees for tests. */
final class Trees {

    static final MemorySegment NOTHING = MemorySegment.ofArray(new byte[0]);
    static final Metadata PLAIN = new Metadata(0644, 0, 0, Timestamp.EPOCH, Xattrs.NONE);

    private Trees() {}

    static Directory directory() {
        return new Directory(new Metadata(0755, 0, 0, Timestamp.EPOCH, Xattrs.NONE));
    }

    static Metadata with(String name, ByteString value) {
        return PLAIN.withXattrs(Xattrs.NONE.with(ByteString.utf8(name), value));
    }

    static RegularFile file(long size, Extent... extents) {
        return new RegularFile(PLAIN, size, List.of(extents));
    }

    static Extent data(long fileOffset, long length, long sourceOffset) {
        return new Extent(fileOffset, length, Extent.Source.DATA, sourceOffset);
    }

    static Extent stored(long fileOffset, long length, long sourceOffset) {
        return new Extent(fileOffset, length, Extent.Source.STORED, sourceOffset);
    }

    static MemorySegment write(Directory root, long dataSizeBytes, MemorySegment stored) {
        var out = new ByteArrayOutputStream();
        try {
            ErofsSummary summary = ErofsWriter.write(root, dataSizeBytes, stored, out);
            if (summary.sizeBytes() != out.size()) {
                throw new AssertionError("wrote %d bytes, says %s".formatted(out.size(), summary));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return MemorySegment.ofArray(out.toByteArray());
    }

    static MemorySegment segment(ByteString bytes) {
        return MemorySegment.ofArray(bytes.toByteArray());
    }

    /** What a program sees of a random tree. */
    static SortedMap<String, SortedMap<String, String>> facts(RandomTree tree) {
        return TreeFacts.of(tree.root(), segment(tree.data()), segment(tree.stored()));
    }

    static MemorySegment write(RandomTree tree) {
        return write(tree.root(), tree.data().length(), segment(tree.stored()));
    }
}
