package dev.lamella.filetree;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A directory and what is in it. Filled by one thread; safe to share once nobody changes it any more.
 *
 * <p>Entries {@code .} and {@code ..} are never in it.
 */
public final class Directory implements Node {

    private final TreeMap<ByteString, Node> entries = new TreeMap<>();
    private Metadata metadata;

    /** Makes an empty directory. */
    public Directory(Metadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public Metadata metadata() {
        return metadata;
    }

    /** Replaces the metadata and keeps the entries, as a later tar entry for the same directory does. */
    public void setMetadata(Metadata metadata) {
        this.metadata = metadata;
    }

    /** Returns the node of a name. */
    public Optional<Node> get(ByteString name) {
        return Optional.ofNullable(entries.get(name));
    }

    /**
     * Puts a node under a name, in place of what was there.
     *
     * @throws IllegalArgumentException if the name is empty, {@code .} or {@code ..}, or has a slash or a NUL
     */
    public void put(ByteString name, Node node) {
        if (!isValidName(name)) {
            throw new IllegalArgumentException("not a file name: \"" + name + "\"");
        }
        entries.put(name, node);
    }

    /** Takes a name away; nothing happens where there is none. */
    public void remove(ByteString name) {
        entries.remove(name);
    }

    /** Returns an unmodifiable view of the entries in byte order of their names. */
    public Map<ByteString, Node> entries() {
        return Collections.unmodifiableMap(entries);
    }

    private static boolean isValidName(ByteString name) {
        boolean dots = name.length() <= 2 && name.indexOf('.', 0) == 0 && (name.length() == 1 || name.at(1) == '.');
        return !name.isEmpty() && !dots && name.indexOf('/', 0) < 0 && name.indexOf(0, 0) < 0;
    }
}
