package dev.lamella.erofs;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Reads a mounted tree through the kernel into the neutral form, all content as stored bytes. */
final class MountedTree {

    private final ByteArrayOutputStream contents = new ByteArrayOutputStream();
    private final Map<Long, Node> byInode = new HashMap<>();
    private final Map<Long, Integer> linksMissing = new HashMap<>();

    private record Status(Map<String, Object> attributes) {
        long number(String name) {
            return attributes.get(name) instanceof Number number ? number.longValue() : fail(name);
        }

        Instant mtime() {
            return attributes.get("lastModifiedTime") instanceof FileTime time
                    ? time.toInstant()
                    : Instant.ofEpochSecond(fail("lastModifiedTime"));
        }

        private static long fail(String name) {
            throw new AssertionError("no attribute " + name);
        }
    }

    /** Returns one line for each name, as {@link Trees#text} does for a tree whose content is all stored. */
    static Map<String, String> text(Path mounted) throws IOException {
        var reader = new MountedTree();
        Directory root = (Directory) reader.read(mounted);
        assertThat(reader.linksMissing.values())
                .as("links beyond the names found")
                .containsOnly(0);
        return Trees.text(root, MemorySegment.ofArray(reader.contents.toByteArray()));
    }

    /** Returns a tree with the content of both sources as one run of stored bytes: first the data, then the stored bytes. */
    static Directory allStored(Directory directory, long dataSizeBytes) {
        return (Directory) allStored(directory, dataSizeBytes, new IdentityHashMap<>());
    }

    private static Node allStored(Node node, long dataSizeBytes, IdentityHashMap<Node, Node> done) {
        Node known = done.get(node);
        if (known != null) {
            return known;
        }
        Node result = node;
        if (node instanceof Directory directory) {
            var copy = new Directory(directory.metadata());
            directory.entries().forEach((name, child) -> copy.put(name, allStored(child, dataSizeBytes, done)));
            result = copy;
        } else if (node instanceof RegularFile file) {
            List<Extent> extents = file.extents().stream()
                    .map(extent -> Trees.stored(
                            extent.fileOffset(),
                            extent.length(),
                            extent.sourceOffset() + (extent.source() == Extent.Source.DATA ? 0 : dataSizeBytes)))
                    .toList();
            result = new RegularFile(file.metadata(), file.size(), extents);
        }
        done.put(node, result);
        return result;
    }

    private Node read(Path path) throws IOException {
        var status = new Status(Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS));
        int mode = (int) status.number("mode");
        FileType type = FileType.ofMode(mode & 0xffff).orElseThrow();
        long ino = status.number("ino");
        int links = (int) status.number("nlink");
        if (type != FileType.DIRECTORY) {
            linksMissing.merge(ino, -1, (missing, one) -> missing + one);
            Node known = byInode.get(ino);
            if (known != null) {
                return known;
            }
            linksMissing.put(ino, links - 1);
        }
        byte[] bytes = bytes(path);
        Instant mtime = status.mtime();
        var metadata = new Metadata(
                mode & 07777,
                Integer.toUnsignedLong((int) status.number("uid")),
                Integer.toUnsignedLong((int) status.number("gid")),
                new Timestamp(mtime.getEpochSecond(), mtime.getNano()),
                xattrs(bytes));
        Node node = switch (type) {
            case DIRECTORY -> directory(path, metadata, links);
            case REGULAR -> file(path, metadata, status.number("size"));
            case SYMLINK -> new Symlink(metadata, ByteString.of(Kernel.readLink(bytes)));
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> special(type, metadata, status.number("rdev"));
        };
        byInode.put(ino, node);
        return node;
    }

    private Directory directory(Path path, Metadata metadata, int links) throws IOException {
        var directory = new Directory(metadata);
        int subdirectories = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                Node child = read(entry);
                byte[] bytes = bytes(entry);
                int slash = bytes.length;
                while (bytes[slash - 1] != '/') {
                    slash--;
                }
                directory.put(ByteString.of(bytes, slash, bytes.length - slash), child);
                subdirectories += child instanceof Directory ? 1 : 0;
            }
        }
        assertThat(links).as("links of %s", path).isEqualTo(2 + subdirectories);
        return directory;
    }

    private RegularFile file(Path path, Metadata metadata, long size) throws IOException {
        byte[] content = Files.readAllBytes(path);
        assertThat(content.length).as("bytes read of %s", path).isEqualTo((int) size);
        List<Extent> extents = size == 0 ? List.of() : List.of(Trees.stored(0, size, contents.size()));
        contents.writeBytes(content);
        return new RegularFile(metadata, size, extents);
    }

    private static SpecialFile special(FileType type, Metadata metadata, long rdev) {
        int major = (int) ((rdev >>> 8 & 0xfff) | (rdev >>> 32 & ~0xfffL));
        int minor = (int) ((rdev & 0xff) | (rdev >>> 12 & ~0xffL));
        return new SpecialFile(metadata, SpecialFile.Type.valueOf(type.name()), major, minor);
    }

    private static Xattrs xattrs(byte[] path) throws IOException {
        var xattrs = new HashMap<ByteString, ByteString>();
        ByteString names = ByteString.of(Kernel.listXattrs(path));
        int from = 0;
        for (int nul = names.indexOf(0, 0); nul >= 0; nul = names.indexOf(0, from)) {
            ByteString name = names.substring(from, nul);
            xattrs.put(name, ByteString.of(Kernel.xattr(path, name.toByteArray())));
            from = nul + 1;
        }
        return Xattrs.of(xattrs);
    }

    /** The bytes of a path, which need not be text: only its URI still has them. */
    private static byte[] bytes(Path path) {
        String uri = path.toUri().getRawPath();
        int length = uri.endsWith("/") && uri.length() > 1 ? uri.length() - 1 : uri.length();
        var bytes = new ByteArrayOutputStream();
        for (int i = 0; i < length; i++) {
            if (uri.charAt(i) == '%') {
                bytes.write(Integer.parseInt(uri, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(uri.charAt(i));
            }
        }
        return bytes.toByteArray();
    }
}
