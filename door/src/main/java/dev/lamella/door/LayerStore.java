package dev.lamella.door;

import dev.lamella.filetree.Digest;
import dev.lamella.fuse.Attributes;
import dev.lamella.fuse.CachedAttributes;
import dev.lamella.fuse.Created;
import dev.lamella.fuse.DirectoryBuffer;
import dev.lamella.fuse.Entry;
import dev.lamella.fuse.EntryRequest;
import dev.lamella.fuse.FileRequest;
import dev.lamella.fuse.FileSystem;
import dev.lamella.fuse.FuseException;
import dev.lamella.fuse.Name;
import dev.lamella.fuse.NodeRequest;
import dev.lamella.fuse.Request;
import dev.lamella.linux.Errno;
import dev.lamella.node.LayerStoreUses;
import dev.lamella.node.LayerStoreView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The additional layer store of containers/storage, as a file system: {@code [BASE64 OF REFERENCE/]DIGEST/{diff,info,blob}}. A layer is found by the
 * digest of its blob (what Podman up to 5.0 asks for), by its DiffID, and by the digest of its table of contents (from 5.1 on). One that is asked for
 * under a reference and is not shown yet is asked of the {@link LayerStoreMisses}.
 *
 * <p>That a layer is used is said by making a file {@code use} in its directory, that it no longer is by removing the directory; both are counted and
 * answered with ENOENT, as containers/storage wants it. What is not there is ENOENT, too, whatever the reason: then an engine fetches the layer.
 *
 * <p>Node ids are eight times the number of a directory, and more for what lies in it: both last over a {@linkplain LayerStoreDirectories take-over}.
 */
public final class LayerStore implements FileSystem {

    private static final Logger LOG = LoggerFactory.getLogger(LayerStore.class);

    /** References are the kernel's to keep. */
    private static final long REFERENCE_VALID_NANOS = TimeUnit.HOURS.toNanos(1);

    /** A layer may be hidden at any time, though not while it is used. */
    private static final long LAYER_VALID_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int KINDS = 8;

    /** What listings say of what was not looked up yet, as FUSE file systems do. */
    private static final long UNKNOWN_INODE = 0xffff_ffffL;

    private static final String USE = "use";

    private final LayerStoreView layers;
    private final LayerStoreMisses misses;
    private final LayerStoreUses uses;
    private final LayerStoreDirectories directories;
    private final Complaints complaints = new Complaints(LOG);

    /** What lies in a layer's directory, and the directory itself. */
    private enum Kind {
        DIRECTORY(0, ""),
        DIFF(1, "diff"),
        INFO(2, "info"),
        BLOB(3, "blob");

        static final List<Kind> FILES = List.of(DIFF, INFO, BLOB);

        final int number;
        final String fileName;

        Kind(int number, String fileName) {
            this.number = number;
            this.fileName = fileName;
        }

        static Optional<Kind> of(long nodeId) {
            return Arrays.stream(values())
                    .filter(kind -> kind.number == nodeId % KINDS)
                    .findFirst();
        }

        /** Returns the type in {@code st_mode}. */
        int type() {
            return switch (this) {
                case DIRECTORY -> Attributes.DIRECTORY;
                case DIFF, BLOB -> Attributes.SYMLINK;
                case INFO -> Attributes.REGULAR;
            };
        }

        long nodeId(long directory) {
            return directory * KINDS + number;
        }
    }

    /** What a node id stands for. */
    private record Node(long directory, LayerStoreName name, Kind kind) {
        long id() {
            return kind.nodeId(directory);
        }
    }

    /** A layer store that nobody has mounted yet. */
    LayerStore(LayerStoreView layers, LayerStoreMisses misses, LayerStoreUses uses, LayerStoreDirectories directories) {
        this.layers = layers;
        this.misses = misses;
        this.uses = uses;
        this.directories = directories;
    }

    /** Only what is known without the store is answered at once. */
    @Override
    public boolean mayBlock(Request request) {
        return switch (request) {
            case EntryRequest.Lookup lookup ->
                directoryNamed(lookup)
                        .or(() -> name(lookup))
                        .map(this::isElsewhere)
                        .orElse(false);
            case NodeRequest about -> name(about).map(this::isElsewhere).orElse(false);
            case FileRequest.Read read -> name(read).map(this::isElsewhere).orElse(false);
            default -> true;
        };
    }

    private Optional<LayerStoreName> name(Request request) {
        return node(request.nodeId()).map(Node::name);
    }

    private boolean isElsewhere(LayerStoreName name) {
        try {
            return name.digest().isPresent() && !layers.isAtHand(name.digest().get());
        } catch (IOException _) {
            return true;
        }
    }

    /** Returns the directory that a name would be, if it can be one. */
    private Optional<LayerStoreName> directoryNamed(EntryRequest request) {
        String name = request.name().toString();
        if (request.nodeId() == ROOT_ID) {
            return LayerStoreName.inRoot(name);
        }
        return node(request.nodeId())
                .filter(node ->
                        node.kind == Kind.DIRECTORY && node.name.digest().isEmpty())
                .flatMap(node -> node.name.layer(name));
    }

    private Optional<Node> node(long id) {
        long directory = id / KINDS;
        return Kind.of(id).flatMap(kind -> directories.get(directory).map(name -> new Node(directory, name, kind)));
    }

    private Node known(long id) throws FuseException {
        return node(id).orElseThrow(() -> FuseException.of(Errno.ESTALE));
    }

    @Override
    public Entry lookup(EntryRequest.Lookup request) throws FuseException, InterruptedException {
        Optional<LayerStoreName> directory = directoryNamed(request);
        if (directory.isPresent()) {
            return entry(directory.get());
        }
        if (request.nodeId() == ROOT_ID) {
            throw FuseException.of(Errno.ENOENT);
        }
        Node parent = known(request.nodeId());
        for (Kind kind : Kind.FILES) {
            if (parent.name.digest().isPresent()
                    && kind.fileName.equals(request.name().toString())) {
                return entry(new Node(parent.directory, parent.name, kind), layer(parent.name));
            }
        }
        throw FuseException.of(Errno.ENOENT);
    }

    private Entry entry(LayerStoreName name) throws FuseException, InterruptedException {
        if (name.digest().isPresent() && find(name).isEmpty()) {
            boolean fetched = misses.fetch(name);
            if (!fetched || find(name).isEmpty()) {
                if (fetched) {
                    misses.remember(name);
                }
                throw FuseException.of(Errno.ENOENT);
            }
        }
        long number;
        try {
            number = directories.enter(name).orElseThrow(() -> tooMany(name));
        } catch (IOException e) {
            throw absent(name, e);
        }
        long valid = name.digest().isPresent() ? LAYER_VALID_NANOS : REFERENCE_VALID_NANOS;
        return Entry.of(Kind.DIRECTORY.nodeId(number), directoryAttributes(Kind.DIRECTORY.nodeId(number)), valid);
    }

    private FuseException tooMany(LayerStoreName name) {
        complaints.warn(
                "directories",
                "%d directories of the layer store are in use, and so there is none for %s"
                        .formatted(LayerStoreDirectories.MAX, name));
        return FuseException.of(Errno.ENOENT);
    }

    private static Attributes directoryAttributes(long id) {
        return Attributes.directory(id, 0755);
    }

    /** A layer that cannot be looked up is one that is not there: the engine fetches it. */
    private Optional<LayerStoreView.Found> find(LayerStoreName name) throws FuseException {
        try {
            return layers.find(name.digest().orElseThrow());
        } catch (IOException e) {
            throw absent(name, e);
        }
    }

    private FuseException absent(LayerStoreName name, IOException why) {
        complaints.warn("layer store", "%s: %s".formatted(name, why.getMessage()));
        return FuseException.of(Errno.ENOENT);
    }

    private LayerStoreView.Found layer(LayerStoreName name) throws FuseException {
        return find(name).orElseThrow(() -> FuseException.of(Errno.ENOENT));
    }

    private static Entry entry(Node node, LayerStoreView.Found layer) {
        Attributes attributes = switch (node.kind) {
            case DIRECTORY -> directoryAttributes(node.id());
            case DIFF, BLOB ->
                Attributes.symlink(node.id(), target(node.kind, layer).length());
            case INFO -> Attributes.file(node.id(), 0444, layer.info().length());
        };
        return Entry.of(node.id(), attributes, LAYER_VALID_NANOS);
    }

    private static Name target(Kind kind, LayerStoreView.Found layer) {
        Path path = kind == Kind.DIFF ? layer.diff() : layer.blob();
        return Name.of(path.toString());
    }

    @Override
    public void forget(long nodeId, long lookups) {
        if (!Kind.of(nodeId).equals(Optional.of(Kind.DIRECTORY))) {
            return; // what lies in a directory has no number of its own
        }
        try {
            directories.forget(nodeId / KINDS, lookups);
        } catch (IOException e) {
            complaints.warn("directories", String.valueOf(e.getMessage()));
        }
    }

    @Override
    public CachedAttributes getattr(NodeRequest.Getattr request) throws FuseException {
        if (request.nodeId() == ROOT_ID) {
            return new CachedAttributes(directoryAttributes(ROOT_ID), REFERENCE_VALID_NANOS);
        }
        Node node = known(request.nodeId());
        if (node.kind == Kind.DIRECTORY) {
            return new CachedAttributes(directoryAttributes(node.id()), LAYER_VALID_NANOS);
        }
        return entry(node, layer(node.name)).cachedAttributes();
    }

    @Override
    public Name readlink(NodeRequest.Readlink request) throws FuseException {
        Node node = known(request.nodeId());
        if (node.kind != Kind.DIFF && node.kind != Kind.BLOB) {
            throw FuseException.of(Errno.EINVAL);
        }
        return target(node.kind, layer(node.name));
    }

    @Override
    public MemorySegment read(FileRequest.Read request, MemorySegment buffer) throws FuseException {
        MemorySegment info = MemorySegment.ofBuffer(
                layer(known(request.nodeId()).name).info().asByteBuffer());
        long from = Math.min(request.offset(), info.byteSize());
        long count = Math.min(Math.min(request.sizeBytes(), info.byteSize() - from), buffer.byteSize());
        return buffer.asSlice(0, count).copyFrom(info.asSlice(from, count));
    }

    /** Lists what is shown; every other layer may be looked up, too. */
    @Override
    public void readdir(FileRequest.Readdir request, DirectoryBuffer buffer) throws FuseException {
        try {
            if (request.nodeId() == ROOT_ID) {
                list(request, buffer, rootNames(), Kind.DIRECTORY);
                return;
            }
            LayerStoreName directory = known(request.nodeId()).name;
            if (directory.digest().isEmpty()) {
                String reference = directory.reference().orElseThrow().toString();
                list(request, buffer, texts(layers.digests(reference)), Kind.DIRECTORY);
                return;
            }
            for (Kind kind :
                    Kind.FILES.subList((int) Math.min(request.offset(), Kind.FILES.size()), Kind.FILES.size())) {
                if (!buffer.add(Name.of(kind.fileName), kind.number, kind.number, kind.type())) {
                    return;
                }
            }
        } catch (IOException e) {
            complaints.warn("layer store", String.valueOf(e.getMessage()));
        }
    }

    private List<String> rootNames() throws IOException {
        var names = new ArrayList<String>();
        layers.references().forEach(reference -> names.add(LayerStoreName.encoded(reference)));
        names.addAll(texts(layers.digests()));
        return names;
    }

    private static List<String> texts(List<Digest> digests) {
        return digests.stream().map(Digest::toString).toList();
    }

    /** Lists without attributes, so that nothing counts as looked up. */
    private static void list(FileRequest.Readdir request, DirectoryBuffer buffer, List<String> names, Kind kind) {
        for (int i = (int) Math.min(request.offset(), names.size()); i < names.size(); i++) {
            if (!buffer.add(Name.of(names.get(i)), i + 1L, UNKNOWN_INODE, kind.type())) {
                return;
            }
        }
    }

    /** Counts a use where the name says so. */
    @Override
    public Created create(EntryRequest.Create request) throws FuseException {
        if (request.nodeId() != ROOT_ID && request.name().toString().equals(USE)) {
            Node parent = known(request.nodeId());
            key(parent.name)
                    .ifPresent(key -> count(() -> uses.add(
                            key, request.header().number(), request.header().isResent())));
        }
        throw FuseException.of(Errno.ENOENT);
    }

    /** Counts the end of a use. */
    @Override
    public void rmdir(EntryRequest.Rmdir request) throws FuseException {
        directoryNamed(request)
                .flatMap(LayerStore::key)
                .ifPresent(key -> count(() -> uses.release(
                        key, request.header().number(), request.header().isResent())));
        throw FuseException.of(Errno.ENOENT);
    }

    private static Optional<LayerStoreUses.Key> key(LayerStoreName name) {
        return name.digest()
                .map(digest -> new LayerStoreUses.Key(name.reference().map(Object::toString), digest));
    }

    /** Changes a count. */
    @FunctionalInterface
    private interface Counting {
        void run() throws IOException;
    }

    /** What engines have in their stores is kept in any case, so a count that cannot be written down is no reason to fail. */
    private void count(Counting counting) {
        try {
            counting.run();
        } catch (IOException e) {
            complaints.warn("uses", "uses of layers are not counted: " + e.getMessage());
        }
    }

    /** Nobody asks any more. */
    @Override
    public void end() {
        try {
            uses.close();
            directories.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
