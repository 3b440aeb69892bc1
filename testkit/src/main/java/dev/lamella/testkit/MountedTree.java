package dev.lamella.testkit;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Metadata;
import dev.lamella.filetree.SpecialFile;
import dev.lamella.filetree.Timestamp;
import dev.lamella.filetree.Xattrs;
import dev.lamella.linux.FileStatus;
import dev.lamella.linux.OpenFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads a tree through the kernel, all content included, as {@link TreeFacts}. */
public final class MountedTree {

    private static final int TYPE_SHIFT = 12;
    private static final int PERMISSIONS = 07777;
    private static final int PART_BYTES = 1 << 18;

    private final SortedMap<String, SortedMap<String, String>> facts = new TreeMap<>();
    private final Map<Long, String> firstPaths = new HashMap<>();

    private MountedTree() {}

    /**
     * Returns the facts of a tree by path, without the directory's own path in front.
     *
     * @throws IOException if something cannot be read
     */
    public static SortedMap<String, SortedMap<String, String>> facts(Path root) throws IOException {
        var tree = new MountedTree();
        tree.add("/", ByteString.utf8(root.toString()));
        return tree.facts;
    }

    private void add(String shown, ByteString path) throws IOException {
        FileStatus status = FileStatus.of(path.toByteArray());
        int type = status.mode() >>> TYPE_SHIFT;
        String first = type == 004 ? null : firstPaths.putIfAbsent(status.inode(), shown);
        if (first != null) {
            facts.put(shown, TreeFacts.sameAs(first));
            return;
        }
        SortedMap<String, String> fields = TreeFacts.common(metadata(status, path), status.links());
        facts.put(shown, fields);
        switch (type) {
            case 004 -> {
                fields.put("type", "directory");
                addEntries(shown, path);
            }
            case 010 -> TreeFacts.addFile(fields, status.sizeBytes(), content(path, status.sizeBytes()));
            case 012 -> {
                fields.put("type", "symlink");
                fields.put(
                        "target",
                        ByteString.of(FileStatus.readLink(path.toByteArray())).toString());
            }
            case 001 -> addSpecial(fields, SpecialFile.Type.FIFO, status);
            case 002 -> addSpecial(fields, SpecialFile.Type.CHARACTER_DEVICE, status);
            case 006 -> addSpecial(fields, SpecialFile.Type.BLOCK_DEVICE, status);
            case 014 -> addSpecial(fields, SpecialFile.Type.SOCKET, status);
            default -> throw new IOException("%s: mode 0%o has no known type".formatted(path, status.mode()));
        }
    }

    private static void addSpecial(SortedMap<String, String> fields, SpecialFile.Type type, FileStatus status) {
        TreeFacts.addSpecial(fields, type, status.deviceMajor(), status.deviceMinor());
    }

    private void addEntries(String shown, ByteString directory) throws IOException {
        // In byte order, as the first name of a file has to be the same one in every walk.
        var names = new TreeSet<ByteString>();
        try (OpenFile open = OpenFile.forReading(directory.toByteArray())) {
            open.directoryEntries().forEach(name -> names.add(ByteString.of(name)));
        }
        for (ByteString name : names) {
            add(TreeFacts.below(shown, name), below(directory, name));
        }
    }

    private static ByteString below(ByteString directory, ByteString name) {
        var path = new byte[directory.length() + 1 + name.length()];
        directory.copyTo(path, 0);
        path[directory.length()] = '/';
        name.copyTo(path, directory.length() + 1);
        return ByteString.of(path);
    }

    private static Metadata metadata(FileStatus status, ByteString path) throws IOException {
        var xattrs = new HashMap<ByteString, ByteString>();
        FileStatus.xattrs(path.toByteArray())
                .forEach((name, value) -> xattrs.put(ByteString.utf8(name), ByteString.of(value)));
        return new Metadata(
                status.mode() & PERMISSIONS,
                status.uid(),
                status.gid(),
                new Timestamp(status.mtimeSeconds(), status.mtimeNanos()),
                Xattrs.of(xattrs));
    }

    private static ContentChecksum content(ByteString path, long size) throws IOException {
        var checksum = new ContentChecksum();
        if (size == 0) {
            return checksum;
        }
        long done = 0;
        try (OpenFile file = OpenFile.forReading(path.toByteArray())) {
            var part = new byte[(int) Math.min(PART_BYTES, size + 1)];
            for (int count = file.read(part, done); count > 0; count = file.read(part, done)) {
                checksum.update(MemorySegment.ofArray(part).asSlice(0, count));
                done += count;
            }
        }
        if (done != size) {
            throw new IOException("%s: read %d bytes, its size is %d".formatted(path, done, size));
        }
        return checksum;
    }
}
