package dev.lamella.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * One field of {@link TreeFacts} that two trees have differently.
 *
 * @param path where
 * @param field the field; {@link #EXISTENCE} if only one tree has the path
 * @param first what the first tree has, or {@link #NOTHING}
 * @param second what the second tree has, or {@link #NOTHING}
 */
public record TreeDifference(String path, String field, String first, String second) {

    /** The value of a field that is not there. */
    public static final String NOTHING = "-";

    /** The field of a path that only one tree has. */
    public static final String EXISTENCE = "existence";

    private static final String THERE = "there";

    /** Returns all differences, by path. */
    public static List<TreeDifference> between(
            SortedMap<String, SortedMap<String, String>> first, SortedMap<String, SortedMap<String, String>> second) {
        var differences = new ArrayList<TreeDifference>();
        for (String path : union(first, second)) {
            SortedMap<String, String> one = first.get(path);
            SortedMap<String, String> other = second.get(path);
            if (one == null || other == null) {
                differences.add(new TreeDifference(
                        path, EXISTENCE, one == null ? NOTHING : THERE, other == null ? NOTHING : THERE));
            } else if (!one.equals(other)) {
                addFields(path, one, other, differences);
            }
        }
        return differences;
    }

    private static void addFields(
            String path,
            SortedMap<String, String> first,
            SortedMap<String, String> second,
            List<TreeDifference> differences) {
        for (String field : union(first, second)) {
            String one = first.getOrDefault(field, NOTHING);
            String other = second.getOrDefault(field, NOTHING);
            if (!one.equals(other)) {
                differences.add(new TreeDifference(path, field, one, other));
            }
        }
    }

    private static TreeSet<String> union(Map<String, ?> first, Map<String, ?> second) {
        var keys = new TreeSet<>(first.keySet());
        keys.addAll(second.keySet());
        return keys;
    }

    /** Returns whether it is this field, with these values. */
    public boolean is(String otherField, String otherFirst, String otherSecond) {
        return field.equals(otherField) && first.equals(otherFirst) && second.equals(otherSecond);
    }

    @Override
    public String toString() {
        return "%s: %s: %s, %s".formatted(path, field, first, second);
    }
}
