package dev.lamella.volume;

import dev.lamella.testkit.TreeDifference;
import dev.lamella.testkit.TreeFacts;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * What our index and the one of {@code mkfs.erofs} have differently in any layer, on purpose. Our value is the first
 * of a difference. {@link MkfsDeviationsTest} has those that take special entries to come about.
 *
 * @param impliedDirectories paths of the layer's directories without an entry of their own
 * @param whiteoutDirectories paths of its directories in which names are or were hidden
 */
record DeliberateDifferences(Set<String> impliedDirectories, Set<String> whiteoutDirectories) {

    static final DeliberateDifferences OF_EVERY_LAYER = new DeliberateDifferences(Set.of(), Set.of());

    private static final String EPOCH = "0.000000000";

    /** Returns the differences that are not among these. */
    List<TreeDifference> others(
            SortedMap<String, SortedMap<String, String>> ours, SortedMap<String, SortedMap<String, String>> theirs) {
        return TreeDifference.between(ours, theirs).stream()
                .filter(difference -> !covers(difference))
                .toList();
    }

    private boolean covers(TreeDifference difference) {
        return isRoot(difference)
                || isImpliedDirectory(difference)
                || isOpaque(difference)
                || isOrigin(difference)
                || isShortFraction(difference);
    }

    /**
     * Without an entry "/" the root is 0555, as containers/storage makes it, and of time 0; there it is 0777 and has
     * the image's time.
     */
    private static boolean isRoot(TreeDifference difference) {
        return difference.path().equals("/")
                && (difference.is("mode", "0555", "0777")
                        || difference.is("mtime", EPOCH, ErofsComparison.IMAGE_SECONDS + ".000000000"));
    }

    /** Directories without an entry are 0755 and 0:0, as containers/storage makes them, and of time 0; there they inherit. */
    private boolean isImpliedDirectory(TreeDifference difference) {
        String ours = switch (difference.field()) {
            case "mode" -> "0755";
            case "uid", "gid" -> "0";
            case "mtime" -> EPOCH;
            default -> "";
        };
        return impliedDirectories.contains(difference.path())
                && difference.first().equals(ours);
    }

    /** Opaque directories have the mark of rootless overlays as well. */
    private static boolean isOpaque(TreeDifference difference) {
        return difference.is(TreeFacts.XATTR + "user.overlay.opaque", "\"y\"", TreeDifference.NOTHING);
    }

    /**
     * There a directory with whiteouts looks copied up, so that overlayfs, when it has nothing to merge it with,
     * leaves them out of listings. containers/storage has no such mark, and a plain pull looks like ours.
     */
    private boolean isOrigin(TreeDifference difference) {
        return difference.is(TreeFacts.XATTR + "trusted.overlay.origin", TreeDifference.NOTHING, "\"\"")
                && whiteoutDirectories.contains(difference.path());
    }

    /**
     * Writers of tars leave zeros at the end of a fraction of a second out; there what is left is taken for
     * nanoseconds.
     */
    private static boolean isShortFraction(TreeDifference difference) {
        if (!difference.field().equals("mtime") || !difference.first().endsWith("0")) {
            return false;
        }
        int point = difference.first().indexOf('.');
        String seconds = difference.first().substring(0, point);
        String fraction = difference.first().substring(point + 1).replaceFirst("0+$", "");
        return difference.second().equals(seconds + "." + "0".repeat(9 - fraction.length()) + fraction);
    }
}
