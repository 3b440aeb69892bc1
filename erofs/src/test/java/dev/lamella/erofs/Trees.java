package dev.lamella.erofs;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Extent;
import dev.lamella.filetree.Metadata;
import dev.lamella.filetree.Node;
import dev.lamella.filetree.RegularFile;
import dev.lamella.filetree.SpecialFile;
import dev.lamella.filetree.Symlink;
import dev.lamella.filetree.Timestamp;
import dev.lamella.filetree.Xattrs;
import dev.lamella.testkit.RandomTrees.RandomTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** Trees for tests, and trees as text: equal texts mean that a container could not tell the trees apart. */
final class Trees {

    static final MemorySegment NOTHING = MemorySegment.ofArray(new byte[0]);
    static final Metadata PLAIN = new Metadata(0644, 0, 0, Timestamp.EPOCH, Xattrs.NONE);

    private static final int BLOCK_BYTES = 512;

    private final MemorySegment stored;
    private final IdentityHashMap<Node, String> firstNames = new IdentityHashMap<>();
    private final Map<String, String> lines = new TreeMap<>();

    private Trees(MemorySegment stored) {
        this.stored = stored;
    }

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

    static MemorySegment write(RandomTree tree) {
        return write(
                tree.root(),
                tree.data().length(),
                MemorySegment.ofArray(tree.stored().toByteArray()));
    }

    /** Returns one line for each name; {@code stored} is what extents of source STORED refer to. */
    static Map<String, String> text(Directory root, MemorySegment stored) {
        var trees = new Trees(stored);
        trees.add("/", root);
        return trees.lines;
    }

    private void add(String path, Node node) {
        String first = firstNames.putIfAbsent(node, path);
        if (first != null) {
            lines.put(path, "hard link to " + first);
            return;
        }
        Metadata metadata = node.metadata();
        var line = new StringBuilder("%s %04o %d:%d %s %s"
                .formatted(
                        FileType.of(node),
                        metadata.permissions(),
                        metadata.uid(),
                        metadata.gid(),
                        metadata.mtime(),
                        xattrs(metadata.xattrs())));
        switch (node) {
            case Directory directory ->
                directory.entries().forEach((name, child) -> add(path + (path.length() > 1 ? "/" : "") + name, child));
            case Symlink symlink -> line.append(" -> ").append(symlink.target());
            case SpecialFile special -> line.append(" %d,%d".formatted(special.major(), special.minor()));
            case RegularFile file -> line.append(" %d %s".formatted(file.size(), content(file)));
        }
        lines.put(path, line.toString());
    }

    private static String xattrs(Xattrs xattrs) {
        var text = new TreeMap<String, String>();
        xattrs.forEach((name, value) ->
                text.put(name.toString(), value.length() + ":" + Integer.toHexString(value.hashCode())));
        return text.toString();
    }

    /** Every block of content: its address in the data, or a checksum; blocks of zeros are as good as holes. */
    private Map<Long, String> content(RegularFile file) {
        var blocks = new TreeMap<Long, byte[]>();
        var text = new TreeMap<Long, String>();
        for (Extent extent : file.extents()) {
            long done = 0;
            while (done < extent.length()) {
                long at = extent.fileOffset() + done;
                int inBlock = (int) (at % BLOCK_BYTES);
                int part = (int) Math.min(BLOCK_BYTES - inBlock, extent.length() - done);
                if (extent.source() == Extent.Source.DATA) {
                    text.put(at / BLOCK_BYTES, part + "@" + (extent.sourceOffset() + done));
                } else {
                    byte[] block = blocks.computeIfAbsent(at / BLOCK_BYTES, _ -> new byte[BLOCK_BYTES]);
                    MemorySegment.ofArray(block)
                            .asSlice(inBlock, part)
                            .copyFrom(stored.asSlice(extent.sourceOffset() + done, part));
                }
                done += part;
            }
        }
        blocks.forEach((number, block) -> {
            if (MemorySegment.ofArray(block).mismatch(MemorySegment.ofArray(new byte[BLOCK_BYTES])) >= 0) {
                var crc = new CRC32C();
                crc.update(block);
                text.put(number, Long.toHexString(crc.getValue()));
            }
        });
        return text;
    }
}
