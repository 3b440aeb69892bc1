package dev.lamella.testkit;

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
import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Trees as what a program can see of them: for each path its fields as text, so that two trees can be compared and
 * every difference named. Equal facts mean that a container could not tell the trees apart.
 *
 * <p>Further names of a file have only the field {@link #SAME_AS}, the first name in the order of the walk: a
 * directory before what is in it, names in byte order.
 */
public final class TreeFacts {

    /** The field of further names of a file. */
    public static final String SAME_AS = "same file as";

    /** What the fields of extended attributes begin with; the attribute's name follows. */
    public static final String XATTR = "xattr ";

    private static final int VALUE_BYTES_SHOWN = 64;

    private final MemorySegment data;
    private final MemorySegment stored;
    private final IdentityHashMap<Node, Integer> links = new IdentityHashMap<>();
    private final IdentityHashMap<Node, String> firstPaths = new IdentityHashMap<>();
    private final SortedMap<String, SortedMap<String, String>> facts = new TreeMap<>();

    private TreeFacts(MemorySegment data, MemorySegment stored) {
        this.data = data;
        this.stored = stored;
    }

    /**
     * Returns the facts of a tree by path.
     *
     * @param root the tree
     * @param data what extents of source DATA refer to
     * @param stored what extents of source STORED refer to
     */
    public static SortedMap<String, SortedMap<String, String>> of(
            Directory root, MemorySegment data, MemorySegment stored) {
        var tree = new TreeFacts(data, stored);
        tree.countLinks(root);
        tree.add("/", root);
        return tree.facts;
    }

    private void countLinks(Node node) {
        if (node instanceof Directory directory) {
            int subdirectories = 0;
            for (Node child : directory.entries().values()) {
                countLinks(child);
                subdirectories += child instanceof Directory ? 1 : 0;
            }
            links.put(node, 2 + subdirectories);
        } else {
            links.merge(node, 1, Integer::sum);
        }
    }

    private void add(String path, Node node) {
        String first = firstPaths.putIfAbsent(node, path);
        if (first != null) {
            facts.put(path, sameAs(first));
            return;
        }
        SortedMap<String, String> fields = common(node.metadata(), links.getOrDefault(node, 0));
        facts.put(path, fields);
        switch (node) {
            case Directory directory -> {
                fields.put("type", "directory");
                directory.entries().forEach((name, child) -> add(below(path, name), child));
            }
            case Symlink symlink -> {
                fields.put("type", "symlink");
                fields.put("target", symlink.target().toString());
            }
            case SpecialFile special -> addSpecial(fields, special.type(), special.major(), special.minor());
            case RegularFile file -> addFile(fields, file.size(), content(file));
        }
    }

    private ContentChecksum content(RegularFile file) {
        var checksum = new ContentChecksum();
        long done = 0;
        for (Extent extent : file.extents()) {
            checksum.zeros(extent.fileOffset() - done);
            MemorySegment source = extent.source() == Extent.Source.DATA ? data : stored;
            checksum.update(source.asSlice(extent.sourceOffset(), extent.length()));
            done = extent.fileOffset() + extent.length();
        }
        return checksum;
    }

    static String below(String path, ByteString name) {
        return (path.endsWith("/") ? path : path + "/") + name;
    }

    static SortedMap<String, String> sameAs(String first) {
        return new TreeMap<>(Map.of(SAME_AS, first));
    }

    static SortedMap<String, String> common(Metadata metadata, long links) {
        var fields = new TreeMap<String, String>();
        fields.put("mode", "%04o".formatted(metadata.permissions()));
        fields.put("uid", Long.toString(metadata.uid()));
        fields.put("gid", Long.toString(metadata.gid()));
        fields.put("mtime", time(metadata.mtime()));
        fields.put("links", Long.toString(links));
        addXattrs(fields, metadata.xattrs());
        return fields;
    }

    static void addFile(SortedMap<String, String> fields, long size, ContentChecksum content) {
        fields.put("type", "file");
        fields.put("size", Long.toString(size));
        fields.put("content", content.toString());
    }

    static void addSpecial(SortedMap<String, String> fields, SpecialFile.Type type, int major, int minor) {
        fields.put("type", type.name().toLowerCase(Locale.ROOT));
        fields.put("device", major + ":" + minor);
    }

    private static String time(Timestamp time) {
        return "%d.%09d".formatted(time.seconds(), time.nanos());
    }

    private static void addXattrs(SortedMap<String, String> fields, Xattrs xattrs) {
        xattrs.forEach((name, value) -> fields.put(XATTR + name, text(value)));
    }

    private static String text(ByteString value) {
        if (value.length() <= VALUE_BYTES_SHOWN) {
            return "\"" + value + "\"";
        }
        var checksum = new ContentChecksum();
        checksum.update(MemorySegment.ofArray(value.toByteArray()));
        return "%d bytes, %s".formatted(value.length(), checksum);
    }
}
