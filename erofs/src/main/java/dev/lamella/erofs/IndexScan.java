package dev.lamella.erofs;

import dev.lamella.filetree.ByteString;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a node has to know of an index, found in one walk that builds no tree: who owns the files, and where the marks of opaque
 * directories are. Each such directory has two: {@code trusted.overlay.opaque}, which overlayfs reads, and hides, for root, and
 * {@code user.overlay.opaque}, which it reads and hides only in a mount with the option {@code userxattr}. In root's containers the
 * second one would show as an attribute that a pulled image does not have.
 */
final class IndexScan {

    private static final ByteString TRUSTED = ByteString.utf8("trusted.overlay.opaque");
    private static final ByteString USER = ByteString.utf8("user.overlay.opaque");
    private static final ByteString YES = ByteString.utf8("y");

    /** Where in an attribute its namespace's number lies. */
    private static final int NAMESPACE_AT = 1;

    private final ErofsImage image;
    private final SortedSet<Long> uids = new TreeSet<>();
    private final SortedSet<Long> gids = new TreeSet<>();

    /** Places of the namespaces of user marks that repeat a trusted one. */
    private final SortedSet<Long> repeated = new TreeSet<>();

    /** The same of those that do not: attributes of the layer's own. */
    private final SortedSet<Long> alone = new TreeSet<>();

    IndexScan(MemorySegment index) throws IOException {
        this.image = new ErofsImage(index, ErofsLimits.DEFAULT);
        new TreeWalk(image, ErofsLimits.DEFAULT).run((_, _, inode, first) -> {
            if (first) {
                visit(inode);
            }
        });
        // An attribute of the layer's own may share its place with the marks: then it stays, as in a pull.
        repeated.removeAll(alone);
    }

    private void visit(Inode inode) throws ErofsFormatException {
        uids.add(inode.uid());
        gids.add(inode.gid());
        if (inode.type() == FileType.DIRECTORY) {
            List<XattrReader.Entry> entries = image.xattrEntries(inode);
            boolean trusted = mark(entries, TRUSTED).isPresent();
            mark(entries, USER).ifPresent(user -> (trusted ? repeated : alone).add(user.offset() + NAMESPACE_AT));
        }
    }

    private static Optional<XattrReader.Entry> mark(List<XattrReader.Entry> entries, ByteString name) {
        return entries.stream()
                .filter(entry -> entry.name().equals(name) && entry.value().equals(YES))
                .findFirst();
    }

    /** Returns, in ascending order, the places of the namespace bytes of the user marks to be hidden from root. */
    List<Long> userMarks() {
        return List.copyOf(repeated);
    }

    LayerDirectoryImage.Owners owners() {
        return new LayerDirectoryImage.Owners(List.copyOf(uids), List.copyOf(gids));
    }
}
