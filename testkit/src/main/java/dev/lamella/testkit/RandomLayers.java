package dev.lamella.testkit;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.SpecialFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Seeded layers as tars, of what every reader of layers should take alike: all types of entries in every way to write
 * them, in any order, names again that were there before, parents late or never, whiteouts and opaque directories.
 */
public final class RandomLayers {

    private static final int PATH_BYTES_MAX = 2000;
    private static final int NAME_BYTES_MAX = 255;
    private static final int NAME_FIELD_BYTES = 100;
    private static final int PREFIX_FIELD_BYTES = 155;
    private static final long SECONDS_MAX = 9_000_000_000L;
    private static final ByteString ROOT = ByteString.EMPTY;
    private static final ByteString SLASH = ByteString.utf8("/");
    private static final ByteString WHITEOUT = ByteString.utf8(".wh.");

    /** Three of these and more: mkfs.erofs 1.8 does not read PAX headers of more than 32 KiB. */
    private static final List<Integer> VALUE_LENGTHS = List.of(0, 1, 4, 20, 37, 300, 5000, 10_000);

    private final SeededRandom random;
    private final TarBytes tar = new TarBytes();
    private final Map<String, ByteString> commonXattrs = new TreeMap<>();
    private final List<ByteString> directories = new ArrayList<>(List.of(ROOT));
    private final Map<ByteString, Metadata> files = new LinkedHashMap<>();
    private final Set<ByteString> hardLinks = new HashSet<>();
    private final Set<ByteString> hidden = new HashSet<>();
    private final Set<String> whiteoutDirectories = new HashSet<>();
    private final Set<ByteString> described = new HashSet<>(List.of(ROOT));
    private final Set<ByteString> opaque = new HashSet<>(List.of(ROOT));

    /**
     * A layer.
     *
     * @param tar its bytes
     * @param impliedDirectories directories without an entry of their own, as {@link TreeFacts} write paths
     * @param whiteoutDirectories directories in which a name was hidden, if only until an entry brought it back
     */
    public record RandomLayer(ByteString tar, Set<String> impliedDirectories, Set<String> whiteoutDirectories) {}

    private record Metadata(int mode, long uid, long gid, long seconds, int nanos, Map<String, ByteString> xattrs) {
        TarEntry on(TarEntry entry) {
            entry.mode(mode).owner(uid, gid).mtime(seconds);
            if (nanos != 0) {
                entry.pax("mtime", "%d.%09d".formatted(seconds, nanos));
            }
            xattrs.forEach((name, value) -> entry.xattr(name, value.toByteArray()));
            return entry;
        }

        Metadata withoutXattrs() {
            return new Metadata(mode, uid, gid, seconds, nanos, Map.of());
        }
    }

    private RandomLayers(SeededRandom random) {
        this.random = random;
        for (int i = 0; i < 4; i++) {
            commonXattrs.put("security.common" + i, ByteString.of(random.bytes(30)));
        }
    }

    /** Returns a layer of so many entries, or some less. */
    public static RandomLayer next(SeededRandom random, int entries) {
        var layers = new RandomLayers(random);
        for (int i = 0; i < entries; i++) {
            layers.add();
        }
        var implied = new HashSet<String>();
        for (ByteString directory : layers.directories) {
            if (!layers.described.contains(directory)) {
                implied.add(shown(directory));
            }
        }
        return new RandomLayer(ByteString.of(layers.tar.end()), implied, layers.whiteoutDirectories);
    }

    private static String shown(ByteString path) {
        String shown = "";
        for (int from = 0; from <= path.length(); ) {
            int slash = path.indexOf('/', from);
            int end = slash < 0 ? path.length() : slash;
            shown = TreeFacts.below(shown, path.substring(from, end));
            from = end + 1;
        }
        return shown;
    }

    private void add() {
        switch (random.nextInt(20)) {
            case 0, 1 -> addWhiteout();
            case 2 -> addOpaque();
            case 3, 4, 5, 6 -> addDirectory();
            case 7, 8 -> addHardLink();
            case 9, 10 -> addSymlink();
            case 11 -> addDevice();
            case 12 -> addFile(filePath(), '6', metadata(random.nextInt(07777), false), entry -> entry);
            case 13 -> tar.globalPax("comment", random.word(40));
            default -> addRegularFile();
        }
    }

    private void addRegularFile() {
        byte[] body = random.bytes(random.nextInt(2000));
        int padding = random.oneIn(9) ? 1 : 0;
        char type = random.oneIn(9) ? '7' : '0';
        addFile(
                filePath(),
                type,
                metadata(random.nextInt(07777), true),
                entry -> entry.body(body).paddingByte(padding));
    }

    private void addSymlink() {
        ByteString path = filePath();
        ByteString target = RandomTrees.target(random);
        Metadata metadata = metadata(0777, false);
        tar.add(metadata.on(entry('2', decorated(path), target)));
        files.put(path, metadata);
    }

    private void addDevice() {
        int major = 1 + random.nextInt(SpecialFile.MAJOR_MAX);
        // The other half of the numbers comes out wrong in mkfs.erofs 1.8.
        int minor = random.nextInt((SpecialFile.MINOR_MAX + 1) / 2);
        char type = random.oneIn(2) ? '3' : '4';
        addFile(filePath(), type, metadata(random.nextInt(07777), false), entry -> entry.device(major, minor));
    }

    private void addFile(ByteString path, char type, Metadata metadata, UnaryOperator<TarEntry> rest) {
        tar.add(metadata.on(rest.apply(entry(type, decorated(path), ByteString.EMPTY))));
        files.put(path, metadata);
    }

    /** Returns a new path, or one that is there already, but no directory's: what replaces one is not agreed upon. */
    private ByteString filePath() {
        if (random.oneIn(8) && !files.isEmpty()) {
            return random.pick(List.copyOf(files.keySet()));
        }
        if (random.oneIn(12) && !hidden.isEmpty()) {
            ByteString path = random.pick(List.copyOf(hidden));
            hidden.remove(path);
            return path;
        }
        return newPath();
    }

    private void addDirectory() {
        ByteString path = switch (random.nextInt(6)) {
            case 0 -> files.isEmpty() ? newPath() : random.pick(List.copyOf(files.keySet()));
            case 1, 2 -> random.pick(directories);
            default -> newPath();
        };
        // Where there was another file's name, mkfs.erofs gives the directory that file's parent.
        if (path.equals(ROOT) || hardLinks.contains(path)) {
            return;
        }
        // With a slash at the end of a long name mkfs.erofs takes it for one inside the file.
        boolean slash = files.remove(path) == null && random.oneIn(2);
        // Attributes only once: given twice, mkfs.erofs writes them twice.
        Metadata metadata = described.add(path)
                ? metadata(random.nextInt(07777), true)
                : metadata(random.nextInt(07777), true).withoutXattrs();
        if (!directories.contains(path)) {
            directories.add(path);
        }
        ByteString name = slash ? join(decorated(path), SLASH) : decorated(path);
        tar.add(metadata.on(entry('5', name, ByteString.EMPTY)));
    }

    private void addHardLink() {
        if (files.isEmpty()) {
            return;
        }
        ByteString target = random.pick(List.copyOf(files.keySet()));
        Metadata metadata = files.get(target);
        ByteString path = random.oneIn(4) ? random.pick(List.copyOf(files.keySet())) : newPath();
        if (!path.equals(target) && metadata != null) {
            hardLinks.add(path);
            tar.add(metadata.on(entry('1', decorated(path), decorated(target))));
            files.put(path, metadata);
        }
    }

    private void addWhiteout() {
        ByteString path = newPath();
        int name = lastSlash(path) + 1;
        int end = Math.min(path.length(), name + NAME_BYTES_MAX - WHITEOUT.length());
        path = path.substring(0, end);
        hidden.add(path);
        whiteoutDirectories.add(name == 0 ? "/" : shown(path.substring(0, name - 1)));
        ByteString marked = join(join(path.substring(0, name), WHITEOUT), path.substring(name));
        Metadata metadata = metadata(random.nextInt(07777), false).withoutXattrs();
        tar.add(metadata.on(entry('0', decorated(marked), ByteString.EMPTY)));
    }

    private void addOpaque() {
        ByteString directory = random.pick(directories);
        if (opaque.add(directory)) {
            tar.add(entry('0', join(directory, ByteString.utf8("/.wh..wh..opq")), ByteString.EMPTY));
        }
    }

    /** Returns a path that nothing has, in a directory that may be new and without an entry. */
    private ByteString newPath() {
        while (true) {
            ByteString parent = random.oneIn(3) ? directories.getLast() : random.pick(directories);
            ByteString path = below(parent.length() > PATH_BYTES_MAX ? ROOT : parent);
            if (files.containsKey(path) || directories.contains(path) || hidden.contains(path)) {
                continue;
            }
            if (!random.oneIn(8)) {
                return path;
            }
            directories.add(path);
            return below(path);
        }
    }

    private ByteString below(ByteString directory) {
        ByteString name = RandomTrees.name(random);
        return directory.equals(ROOT) ? name : join(join(directory, SLASH), name);
    }

    /** Returns another way to write a path. */
    private ByteString decorated(ByteString path) {
        return join(ByteString.utf8(random.pick(List.of("", "", "", "./", "/", ".//"))), path);
    }

    /** Starts an entry with its name and link in one of the ways that there are. */
    private TarEntry entry(char type, ByteString name, ByteString link) {
        boolean linkFits = link.length() <= NAME_FIELD_BYTES;
        int slash = name.indexOf('/', Math.max(1, name.length() - NAME_FIELD_BYTES - 1));
        if (name.length() <= NAME_FIELD_BYTES && linkFits && !random.oneIn(6)) {
            return TarEntry.of(type, name).link(link);
        }
        boolean prefixFits = slash > 0 && slash <= PREFIX_FIELD_BYTES && slash < name.length() - 1;
        if (prefixFits && linkFits && random.oneIn(2)) {
            return TarEntry.of(type, name.substring(slash + 1))
                    .prefix(name.substring(0, slash))
                    .link(link);
        }
        TarEntry entry = TarEntry.of(type, name).link(link);
        return random.oneIn(2) ? entry.gnuLongNames() : entry.paxNames();
    }

    private Metadata metadata(int mode, boolean userXattrs) {
        long uid = random.oneIn(3) ? 0 : random.nextLong(random.oneIn(2) ? 0xffff_ffffL : 70_000);
        long gid = random.oneIn(3) ? 0 : random.nextLong(random.oneIn(2) ? 0xffff_ffffL : 70_000);
        int nanos = random.oneIn(2) ? 0 : random.nextInt(1_000_000_000);
        return new Metadata(mode, uid, gid, random.nextLong(SECONDS_MAX), nanos, xattrs(userXattrs));
    }

    private Map<String, ByteString> xattrs(boolean user) {
        if (!random.oneIn(3)) {
            return Map.of();
        }
        String common = random.pick(List.copyOf(commonXattrs.keySet()));
        var xattrs = new HashMap<>(Map.of(common, commonXattrs.getOrDefault(common, ByteString.EMPTY)));
        String namespace = user && random.oneIn(2) ? "user." : "trusted.";
        for (int left = random.nextInt(4); left > 0; left--) {
            xattrs.put(namespace + random.word(30), ByteString.of(random.bytes(random.pick(VALUE_LENGTHS))));
        }
        return xattrs;
    }

    private static int lastSlash(ByteString path) {
        int slash = -1;
        for (int next = path.indexOf('/', 0); next >= 0; next = path.indexOf('/', next + 1)) {
            slash = next;
        }
        return slash;
    }

    private static ByteString join(ByteString first, ByteString second) {
        var joined = new byte[first.length() + second.length()];
        first.copyTo(joined, 0);
        second.copyTo(joined, first.length());
        return ByteString.of(joined);
    }
}
