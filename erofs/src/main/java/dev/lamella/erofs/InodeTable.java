package dev.lamella.erofs;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * All inodes of a tree in the order in which they are placed: the root, then, directory by directory, depth first, the inodes a
 * directory has names for. What {@code find} needs together is then together in the image.
 */
final class InodeTable {

    private static final int NAME_BYTES_MAX = 255;

    private final Directory root;
    private final ErofsLimits limits;
    private final IdentityHashMap<Node, PlannedInode> byNode = new IdentityHashMap<>();
    private final List<PlannedInode> inodes = new ArrayList<>();
    private final List<PlannedInode> directories = new ArrayList<>();
    private final List<PlannedInode> grafts = new ArrayList<>();
    private long names;

    InodeTable(Directory root, ErofsLimits limits) {
        this.root = root;
        this.limits = limits;
    }

    /** Makes a directory of the tree stand for one that exists elsewhere in the image. */
    void graft(Directory directory, long nid) {
        var inode = new PlannedInode(directory);
        inode.offset = nid << PlannedInode.NID_BITS;
        byNode.put(directory, inode);
        grafts.add(inode);
    }

    /** Finds all inodes. */
    void collect() throws ErofsTreeException {
        var rootInode = new PlannedInode(root);
        rootInode.links = 2;
        add(rootInode);
        var stack = new ArrayDeque<PlannedInode>();
        stack.push(rootInode);
        while (!stack.isEmpty()) {
            PlannedInode directory = stack.pop();
            directories.add(directory);
            directory.childrenFrom = inodes.size();
            for (Map.Entry<ByteString, Node> entry :
                    ((Directory) directory.node).entries().entrySet()) {
                visit(directory, entry.getKey(), entry.getValue());
            }
            directory.childrenTo = inodes.size();
            for (int i = directory.childrenTo - 1; i >= directory.childrenFrom; i--) {
                if (inodes.get(i).node instanceof Directory) {
                    stack.push(inodes.get(i));
                }
            }
        }
    }

    private void visit(PlannedInode directory, ByteString name, Node node) throws ErofsTreeException {
        if (name.length() > NAME_BYTES_MAX) {
            throw error(
                    directory.node,
                    "name \"%s\" has %d bytes, at most %d can be stored"
                            .formatted(name, name.length(), NAME_BYTES_MAX));
        }
        if (++names > limits.entriesMax()) {
            throw error(root, "more than %d names (limit entriesMax)".formatted(limits.entriesMax()));
        }
        PlannedInode known = byNode.get(node);
        if (node instanceof Directory) {
            directory.links++;
            if (known != null && !grafts.contains(known)) {
                throw error(directory.node, "directory \"%s\" is in the tree more than once".formatted(name));
            }
        }
        if (known != null) {
            known.links++;
            return;
        }
        var inode = new PlannedInode(node, directory);
        inode.links = node instanceof Directory ? 2 : 1;
        if (inode.depth > limits.depthMax()) {
            throw error(
                    directory.node,
                    "more than %d directories below one another (limit depthMax)".formatted(limits.depthMax()));
        }
        add(inode);
    }

    private void add(PlannedInode inode) throws ErofsTreeException {
        byNode.put(inode.node, inode);
        inodes.add(inode);
        inode.number = inodes.size();
        if (inodes.size() > limits.inodesMax()) {
            throw error(root, "more than %d inodes (limit inodesMax)".formatted(limits.inodesMax()));
        }
    }

    PlannedInode root() {
        return inodes.getFirst();
    }

    List<PlannedInode> inodes() {
        return inodes;
    }

    /** All directories, each before those in it. */
    List<PlannedInode> directories() {
        return directories;
    }

    /** The inodes placed with a directory. */
    List<PlannedInode> children(PlannedInode directory) {
        return inodes.subList(directory.childrenFrom, directory.childrenTo);
    }

    /** What the names in a directory lead to. */
    DirectoryBlocks.Resolver resolver(PlannedInode directory) {
        Map<ByteString, Node> entries = ((Directory) directory.node).entries();
        return name -> {
            Node node = entries.get(name);
            if (node != null) {
                PlannedInode target = byNode.get(node);
                if (target == null) {
                    throw new IllegalStateException("tree changed while it was written: " + name);
                }
                return new DirectoryBlocks.Target(target.nid(), FileType.of(node));
            }
            PlannedInode target = name.equals(DirectoryBlocks.SELF) ? directory : directory.parent;
            return new DirectoryBlocks.Target(target.nid(), FileType.DIRECTORY);
        };
    }

    ErofsTreeException error(Node node, String message) {
        return new ErofsTreeException(pathOf(node), message);
    }

    /** Searches the tree; needed for errors only. Identity is what tells files apart. */
    @SuppressWarnings("ReferenceEquality")
    private String pathOf(Node wanted) {
        record Place(Directory directory, String path) {}
        var stack = new ArrayDeque<Place>(List.of(new Place(root, "")));
        var seen = new IdentityHashMap<Directory, Boolean>();
        while (!stack.isEmpty()) {
            Place place = stack.pop();
            if (seen.put(place.directory, true) != null) {
                continue;
            }
            for (Map.Entry<ByteString, Node> entry : place.directory.entries().entrySet()) {
                String path = place.path + "/" + entry.getKey();
                if (entry.getValue() == wanted) {
                    return path;
                }
                if (entry.getValue() instanceof Directory directory) {
                    stack.push(new Place(directory, path));
                }
            }
        }
        return "/";
    }
}
