package dev.lamella.volume;

import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Node;
import dev.lamella.filetree.RegularFile;
import dev.lamella.filetree.SpecialFile;
import dev.lamella.filetree.Symlink;
import java.util.ArrayDeque;

/** Counts the names in a tree. */
final class TreeCounts {

    private long directories = 1;
    private long files;
    private long symlinks;
    private long specials;
    private long whiteouts;

    private TreeCounts() {}

    static VolumeDescriptor.Counts of(Directory root) {
        var counts = new TreeCounts();
        var pending = new ArrayDeque<Directory>();
        pending.add(root);
        long entries = 0;
        while (!pending.isEmpty()) {
            for (Node node : pending.remove().entries().values()) {
                entries++;
                counts.add(node);
                if (node instanceof Directory directory) {
                    pending.add(directory);
                }
            }
        }
        return new VolumeDescriptor.Counts(
                entries, counts.directories, counts.files, counts.symlinks, counts.specials, counts.whiteouts);
    }

    private void add(Node node) {
        switch (node) {
            case Directory _ -> directories++;
            case RegularFile _ -> files++;
            case Symlink _ -> symlinks++;
            case SpecialFile special -> {
                if (special.isWhiteout()) {
                    whiteouts++;
                } else {
                    specials++;
                }
            }
        }
    }
}
