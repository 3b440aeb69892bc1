package dev.lamella.tar;

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
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Applies entries in their order to a tree, with the outcome that containers/storage's unpacking has on disk. */
final class LayerBuilder {

    private static final Metadata ROOT = new Metadata(0555, 0, 0, Timestamp.EPOCH, Xattrs.NONE);
    private static final Metadata IMPLIED = new Metadata(0755, 0, 0, Timestamp.EPOCH, Xattrs.NONE);
    private static final int SYMLINK_MODE = 0777;
    private static final ByteString WHITEOUT_PREFIX = ByteString.utf8(".wh.");
    private static final ByteString OPAQUE_MARK = ByteString.utf8(".wh..wh..opq");
    private static final ByteString YES = ByteString.utf8("y");
    private static final Xattrs OPAQUE = Xattrs.of(Map.of(
            ByteString.utf8("trusted.overlay.opaque"), YES,
            ByteString.utf8("user.overlay.opaque"), YES));

    /** A name in a directory; directories are compared as objects. */
    private record Place(Directory parent, ByteString name) {}

    private final TarLimits limits;
    private final XattrReader xattrs;
    private final Directory root = new Directory(ROOT);
    private final MetadataChanges changes = new MetadataChanges();
    private final Set<Directory> implied = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Place, Timestamp> replacedDirectories = new HashMap<>();
    private long entries;
    private long impliedDirectories;
    private long hardLinks;
    private long whiteouts;
    private long contentBytes;
    private long metadataBytes;

    LayerBuilder(TarLimits limits) {
        this.limits = limits;
        this.xattrs = new XattrReader(limits);
    }

    /** Adds an entry; the extents are a regular file's. */
    void add(LayerEntry entry, List<Extent> extents) throws TarFormatException {
        entries++;
        checkEntries(entry.where());
        LayerPath path = LayerPath.parse(entry.name(), "the name", entry.where(), limits);
        countMetadata(entry);
        if (path.isRoot()) {
            applyRoot(entry, path);
        } else if (path.name().startsWith(WHITEOUT_PREFIX)) {
            addWhiteout(entry, path);
        } else {
            Directory parent = makeParent(path, entry.where());
            switch (entry.type()) {
                case '0' -> put(parent, path.name(), file(entry, extents));
                case '1' -> link(parent, path.name(), entry);
                case '2' -> put(parent, path.name(), symlink(entry));
                case '3', '4', '6' -> put(parent, path.name(), special(entry));
                case '5' -> putDirectory(parent, path.name(), entry);
                default -> throw unknownType(entry);
            }
        }
    }

    private static TarFormatException unknownType(LayerEntry entry) {
        return entry.where()
                .malformed("unknown type %s of entry"
                        .formatted(
                                ByteString.of(new byte[] {(byte) entry.type()}).toString()));
    }

    /** Ends the layer. */
    LayerTree finish(long storedBytes, long tarBytes) {
        replacedDirectories.forEach((place, mtime) -> {
            Node node = place.parent.get(place.name).orElse(place.parent);
            if (node instanceof RegularFile || node instanceof SpecialFile) {
                changes.put(node, withMtime(changes.of(node), mtime));
            }
        });
        changes.apply(root);
        return new LayerTree(
                root,
                new LayerCounts(
                        entries, impliedDirectories, hardLinks, whiteouts, contentBytes, storedBytes, tarBytes));
    }

    private void checkEntries(EntryPosition where) throws TarLimitException {
        where.check("entriesMax", entries + impliedDirectories, limits.entriesMax());
    }

    private void countMetadata(LayerEntry entry) throws TarLimitException {
        metadataBytes += entry.name().length()
                + entry.link().length()
                + XattrReader.sizeBytes(entry.metadata().xattrs());
        entry.where().check("metadataBytesMax", metadataBytes, limits.metadataBytesMax());
    }

    /** containers/storage passes over an entry "./", so the root keeps its own mode; an entry "/" changes it. */
    private void applyRoot(LayerEntry entry, LayerPath path) throws TarFormatException {
        if (entry.type() != '5') {
            throw entry.where().malformed("the layer's root is a directory and cannot become anything else");
        }
        if (path.absolute()) {
            apply(root, entry);
        }
    }

    private void addWhiteout(LayerEntry entry, LayerPath path) throws TarFormatException {
        EntryPosition where = entry.where();
        ByteString hidden = path.name().substring(WHITEOUT_PREFIX.length());
        if (isNoName(hidden)) {
            throw where.malformed("whiteout without a name to hide");
        }
        Optional<Directory> parent = findParent(path, where);
        if (parent.isEmpty()) {
            return;
        }
        whiteouts++;
        if (path.name().equals(OPAQUE_MARK)) {
            Directory directory = parent.get();
            Metadata now = directory.metadata();
            directory.setMetadata(now.withXattrs(xattrs.merge(now.xattrs(), OPAQUE, where)));
            return;
        }
        where.check("nameBytesMax", hidden.length(), limits.nameBytesMax());
        if (parent.get().get(hidden).isPresent()) {
            throw where.malformed(
                    "whiteout of a name that this same layer has; it may only hide names of layers below");
        }
        Metadata given = entry.metadata();
        var metadata = new Metadata(0, given.uid(), given.gid(), clamp(given.mtime()), Xattrs.NONE);
        parent.get().put(hidden, new SpecialFile(metadata, SpecialFile.Type.CHARACTER_DEVICE, 0, 0));
    }

    private static boolean isNoName(ByteString name) {
        return name.isEmpty() || name.equals(ByteString.utf8(".")) || name.equals(ByteString.utf8(".."));
    }

    /** Returns the directory of a whiteout; nothing where a name on the way is hidden or no directory, as there is nothing to hide. */
    private Optional<Directory> findParent(LayerPath path, EntryPosition where) throws TarFormatException {
        Directory at = root;
        for (ByteString name : path.components().subList(0, path.components().size() - 1)) {
            Optional<Node> next = at.get(name);
            if (next.isPresent() && (next.get() instanceof SpecialFile || next.get() instanceof RegularFile)) {
                return Optional.empty();
            }
            at = descend(at, name, where);
        }
        return Optional.of(at);
    }

    private Directory makeParent(LayerPath path, EntryPosition where) throws TarFormatException {
        Directory at = root;
        int last = path.components().size() - 1;
        for (int i = 0; i < last; i++) {
            at = descend(at, path.components().get(i), where);
        }
        return at;
    }

    private Directory descend(Directory from, ByteString name, EntryPosition where) throws TarFormatException {
        Optional<Node> next = from.get(name);
        if (next.isEmpty()) {
            var made = new Directory(IMPLIED);
            from.put(name, made);
            implied.add(made);
            impliedDirectories++;
            checkEntries(where);
            return made;
        }
        return switch (next.get()) {
            case Directory directory -> directory;
            case Symlink _ ->
                throw where.malformed(
                        "its parent \"%s\" is a symbolic link made by this layer; nothing is written through links"
                                .formatted(name));
            case RegularFile _, SpecialFile _ ->
                throw where.malformed("its parent \"%s\" is not a directory in this layer".formatted(name));
        };
    }

    private void put(Directory parent, ByteString name, Node node) {
        noteReplacedDirectory(parent, name);
        parent.put(name, node);
    }

    /**
     * containers/storage sets the times of all directory entries at the very end by their paths, so that what has taken a
     * directory's place gets the directory's time.
     */
    private void noteReplacedDirectory(Directory parent, ByteString name) {
        if (parent.get(name).orElse(root) instanceof Directory old && old != root && !implied.contains(old)) {
            replacedDirectories.put(new Place(parent, name), old.metadata().mtime());
        }
    }

    private void putDirectory(Directory parent, ByteString name, LayerEntry entry) throws TarFormatException {
        if (parent.get(name).orElse(root) instanceof Directory old && old != root) {
            apply(old, entry);
        } else {
            parent.put(name, new Directory(clamped(entry.metadata())));
        }
    }

    private void apply(Directory directory, LayerEntry entry) throws TarFormatException {
        Xattrs merged =
                xattrs.merge(directory.metadata().xattrs(), entry.metadata().xattrs(), entry.where());
        directory.setMetadata(clamped(entry.metadata()).withXattrs(merged));
        implied.remove(directory);
    }

    private RegularFile file(LayerEntry entry, List<Extent> extents) {
        SparseMap sparse = entry.sparse();
        long size = sparse == null ? entry.bodyBytes() : sparse.sizeBytes();
        contentBytes += size;
        return new RegularFile(clamped(entry.metadata()), size, extents);
    }

    private Symlink symlink(LayerEntry entry) throws TarFormatException {
        if (entry.link().isEmpty()) {
            throw entry.where().malformed("symbolic link without a target");
        }
        entry.where().check("symlinkBytesMax", entry.link().length(), limits.symlinkBytesMax());
        return new Symlink(withSymlinkMode(entry.metadata()), entry.link());
    }

    /** Linux gives all symbolic links the same mode, and containers/storage cannot change it. */
    private static Metadata withSymlinkMode(Metadata metadata) {
        return metadata.permissions() == SYMLINK_MODE
                ? metadata
                : new Metadata(SYMLINK_MODE, metadata.uid(), metadata.gid(), metadata.mtime(), metadata.xattrs());
    }

    private static SpecialFile special(LayerEntry entry) throws TarFormatException {
        Metadata metadata = clamped(entry.metadata());
        if (entry.type() == '6') {
            return new SpecialFile(metadata, SpecialFile.Type.FIFO, 0, 0);
        }
        long major = entry.deviceMajor();
        long minor = entry.deviceMinor();
        if (major < 0 || major > SpecialFile.MAJOR_MAX || minor < 0 || minor > SpecialFile.MINOR_MAX) {
            throw entry.where()
                    .malformed("device number %d:%d; Linux has at most %d:%d"
                            .formatted(major, minor, SpecialFile.MAJOR_MAX, SpecialFile.MINOR_MAX));
        }
        SpecialFile.Type type = entry.type() == '3' ? SpecialFile.Type.CHARACTER_DEVICE : SpecialFile.Type.BLOCK_DEVICE;
        return new SpecialFile(metadata, type, (int) major, (int) minor);
    }

    private void link(Directory parent, ByteString name, LayerEntry entry) throws TarFormatException {
        EntryPosition where = entry.where();
        LayerPath target = LayerPath.parse(entry.link(), "the hard link's target", where, limits);
        noteReplacedDirectory(parent, name);
        parent.remove(name);
        Node node = findTarget(target, entry);
        parent.put(name, node);
        hardLinks++;
        changes.put(node, linked(node, entry));
    }

    private Node findTarget(LayerPath path, LayerEntry entry) throws TarFormatException {
        EntryPosition where = entry.where();
        Node at = root;
        for (ByteString component : path.components()) {
            if (at instanceof Symlink) {
                throw where.malformed("the hard link's target passes through a symbolic link of this layer: \"%s\""
                        .formatted(TarFormatException.shorten(entry.link())));
            }
            Optional<Node> next = at instanceof Directory directory ? directory.get(component) : Optional.<Node>empty();
            at = next.orElseThrow(() -> where.malformed("hard link to \"%s\", which this layer does not have"
                    .formatted(TarFormatException.shorten(entry.link()))));
        }
        if (at instanceof Directory) {
            throw where.malformed(
                    "hard link to \"%s\", which is a directory".formatted(TarFormatException.shorten(entry.link())));
        }
        return at;
    }

    /**
     * A hard link's own metadata is applied to the file, as containers/storage does with chown, chmod and utimes: a symbolic
     * link only gets the owner, and the chown takes file capabilities away unless the entry brings them again.
     */
    private Metadata linked(Node node, LayerEntry entry) throws TarFormatException {
        Metadata now = changes.of(node);
        Metadata given = entry.metadata();
        char type = node instanceof Symlink ? '2' : node instanceof RegularFile ? '0' : '3';
        Xattrs added = XattrReader.allowedOn(type, given.xattrs());
        Xattrs merged = xattrs.merge(Capabilities.without(now.xattrs()), added, entry.where());
        return node instanceof Symlink
                ? new Metadata(now.permissions(), given.uid(), given.gid(), now.mtime(), merged)
                : clamped(given).withXattrs(merged);
    }

    private static Metadata clamped(Metadata metadata) {
        Timestamp time = clamp(metadata.mtime());
        return time.equals(metadata.mtime()) ? metadata : withMtime(metadata, time);
    }

    private static Metadata withMtime(Metadata metadata, Timestamp mtime) {
        return new Metadata(metadata.permissions(), metadata.uid(), metadata.gid(), mtime, metadata.xattrs());
    }

    /** containers/storage gives all but symbolic links the epoch where a time is before it or beyond 2^63 nanoseconds after. */
    private static Timestamp clamp(Timestamp time) {
        long nanosLastSecond = Long.MAX_VALUE % 1_000_000_000;
        long secondsMax = Long.MAX_VALUE / 1_000_000_000;
        boolean late = time.seconds() > secondsMax || (time.seconds() == secondsMax && time.nanos() > nanosLastSecond);
        return time.seconds() < 0 || late ? Timestamp.EPOCH : time;
    }
}
