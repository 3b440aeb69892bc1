package dev.lamella.tar;

import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Metadata;
import dev.lamella.filetree.Node;
import dev.lamella.filetree.RegularFile;
import dev.lamella.filetree.SpecialFile;
import dev.lamella.filetree.Symlink;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;

/** Later metadata of files that may have several names; brought into the tree in one walk at the end. */
final class MetadataChanges {

    private final IdentityHashMap<Node, Metadata> changed = new IdentityHashMap<>();

    /** Returns the metadata a file will have. */
    Metadata of(Node node) {
        return changed.getOrDefault(node, node.metadata());
    }

    /** Gives a file, which is no directory, other metadata under all its names. */
    void put(Node node, Metadata metadata) {
        if (!metadata.equals(of(node))) {
            changed.put(node, metadata);
        }
    }

    /** Replaces the changed files; names of one file keep sharing one object. */
    void apply(Directory root) {
        if (changed.isEmpty()) {
            return;
        }
        IdentityHashMap<Node, Node> replaced = new IdentityHashMap<>();
        changed.forEach((node, metadata) -> replaced.put(node, with(node, metadata)));
        var left = new ArrayDeque<Directory>();
        left.add(root);
        while (!left.isEmpty()) {
            Directory directory = left.remove();
            directory.entries().forEach((name, node) -> {
                if (node instanceof Directory child) {
                    left.add(child);
                } else if (replaced.containsKey(node)) {
                    // Puts another value under a key that is there, which a walk over a TreeMap allows.
                    directory.put(name, replaced.getOrDefault(node, node));
                }
            });
        }
    }

    private static Node with(Node node, Metadata metadata) {
        return switch (node) {
            case RegularFile file -> new RegularFile(metadata, file.size(), file.extents());
            case Symlink link -> new Symlink(metadata, link.target());
            case SpecialFile special -> new SpecialFile(metadata, special.type(), special.major(), special.minor());
            case Directory directory -> directory;
        };
    }
}
