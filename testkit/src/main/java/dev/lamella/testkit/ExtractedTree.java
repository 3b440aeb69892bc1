package dev.lamella.testkit;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Extent;
import dev.lamella.filetree.Node;
import dev.lamella.filetree.RegularFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Compares a tree with what {@code fsck.erofs --extract} has made of its image. The program of erofs-utils 1.8 loses
 * a few things on the way; these are known here one by one, so that all the rest can be compared.
 */
public final class ExtractedTree {

    private static final String CAPABILITY = TreeFacts.XATTR + "security.capability";
    private static final String ACL = TreeFacts.XATTR + "system.posix_acl_access";
    private static final String EMPTY_VALUE = "\"\"";
    private static final int BLOCK_BYTES = 512;

    private final SortedMap<String, SortedMap<String, String>> facts;
    private final Map<String, Long> sizesWithoutLastHole = new HashMap<>();

    private ExtractedTree(SortedMap<String, SortedMap<String, String>> facts) {
        this.facts = facts;
    }

    /**
     * Returns the differences that the program does not make by itself.
     *
     * @param root the tree
     * @param facts the tree's facts
     * @param extracted where it was copied to
     * @param complaints the errors the program printed
     */
    public static List<TreeDifference> differences(
            Directory root, SortedMap<String, SortedMap<String, String>> facts, Path extracted, List<String> complaints)
            throws IOException {
        var tree = new ExtractedTree(facts);
        tree.findLastHoles("/", root);
        boolean emptyValues = facts.values().stream().anyMatch(ExtractedTree::hasEmptyXattr);
        for (String complaint : complaints) {
            if (!emptyValues || !complaint.contains("failed to get xattr value size of")) {
                throw new AssertionError("fsck.erofs: " + complaint);
            }
        }
        return TreeDifference.between(facts, MountedTree.facts(extracted)).stream()
                .filter(difference -> !tree.isMadeByExtraction(difference))
                .toList();
    }

    private boolean isMadeByExtraction(TreeDifference difference) {
        SortedMap<String, String> fields = facts.getOrDefault(difference.path(), Collections.emptySortedMap());
        String type = fields.getOrDefault("type", "");
        boolean missing = difference.second().equals(TreeDifference.NOTHING);
        // The owner is set after the attributes, and chown takes capabilities away from all but directories.
        boolean capability = difference.field().equals(CAPABILITY) && missing && !type.equals("directory");
        // The mode is set after the attributes, which changes what the list of access says about the same three.
        boolean acl = difference.field().equals(ACL);
        // It stops at the first attribute whose value is empty.
        boolean behindEmptyValue = difference.field().startsWith(TreeFacts.XATTR) && missing && hasEmptyXattr(fields);
        // It seeks over holes, also over one at the end, and does not set the size.
        Long shortened = sizesWithoutLastHole.get(difference.path());
        boolean lastHole =
                shortened != null && difference.is("size", fields.getOrDefault("size", ""), Long.toString(shortened));
        // Linux gives all symbolic links this mode.
        boolean symlink = type.equals("symlink") && difference.is("mode", fields.getOrDefault("mode", ""), "0777");
        return capability || acl || behindEmptyValue || lastHole || symlink;
    }

    private static boolean hasEmptyXattr(SortedMap<String, String> fields) {
        return fields.entrySet().stream()
                .anyMatch(field -> field.getKey().startsWith(TreeFacts.XATTR)
                        && field.getValue().equals(EMPTY_VALUE));
    }

    private void findLastHoles(String path, Node node) {
        if (node instanceof Directory directory) {
            for (Map.Entry<ByteString, Node> entry : directory.entries().entrySet()) {
                findLastHoles(TreeFacts.below(path, entry.getKey()), entry.getValue());
            }
        } else if (node instanceof RegularFile file) {
            long end = 0;
            for (Extent extent : file.extents()) {
                end = extent.fileOffset() + extent.length();
            }
            end += Math.floorMod(-end, BLOCK_BYTES);
            if (end < file.size()) {
                sizesWithoutLastHole.put(path, end);
            }
        }
    }
}
