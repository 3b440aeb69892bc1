package dev.lamella.testkit;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Extent;
import dev.lamella.filetree.Metadata;
import dev.lamella.filetree.Node;
import dev.lamella.filetree.RegularFile;
import dev.lamella.filetree.SpecialFile;
import dev.lamella.filetree.Symlink;
import dev.lamella.filetree.Timestamp;
import dev.lamella.filetree.Xattrs;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Seeded file trees with everything a layer may hold, which the kernel can show as they are: all types of files, sparse and
 * empty ones, hard links, names and targets of any length and any bytes, attributes, device numbers, owners, times before 1970.
 */
public final class RandomTrees {

    private static final int BLOCK_BYTES = 512;
    private static final int DATA_BLOCKS = 512;
    private static final List<Integer> NAME_LENGTHS = List.of(1, 1, 2, 3, 5, 8, 8, 12, 20, 60, 254, 255);
    private static final List<Integer> TARGET_LENGTHS =
            List.of(1, 5, 20, 60, 300, 440, 448, 449, 511, 512, 513, 1500, 4095);
    private static final List<Integer> VALUE_LENGTHS = List.of(0, 1, 2, 3, 4, 20, 37, 300, 600, 5000, 65535);

    private final SeededRandom random;
    private final ByteArrayOutputStream stored = new ByteArrayOutputStream();
    private final List<Directory> directories = new ArrayList<>();
    private final List<Node> files = new ArrayList<>();
    private final List<Map.Entry<ByteString, ByteString>> commonXattrs = new ArrayList<>();

    private RandomTrees(SeededRandom random) {
        this.random = random;
        for (int i = 0; i < 4; i++) {
            commonXattrs.add(Map.entry(ByteString.utf8("security.common" + i), ByteString.of(random.bytes(30))));
        }
    }

    /**
     * A tree and the bytes its files consist of.
     *
     * @param root the tree
     * @param data what extents of source DATA refer to
     * @param stored what extents of source STORED refer to
     */
    public record RandomTree(Directory root, ByteString data, ByteString stored) {}

    /** Returns a tree with about so many names. */
    public static RandomTree next(SeededRandom random, int names) {
        var trees = new RandomTrees(random);
        var root = new Directory(trees.metadata(true));
        trees.directories.add(root);
        for (int i = 0; i < names; i++) {
            // Often the newest directory, so that trees get deep, often the first, so that directories get large.
            Directory parent = switch (random.nextInt(3)) {
                case 0 -> trees.directories.getFirst();
                case 1 -> trees.directories.getLast();
                default -> random.pick(trees.directories);
            };
            ByteString name = name(random);
            if (parent.get(name).isEmpty()) {
                parent.put(name, trees.node());
            }
        }
        ByteString data = ByteString.of(random.bytes(DATA_BLOCKS * BLOCK_BYTES));
        return new RandomTree(root, data, ByteString.of(trees.stored.toByteArray()));
    }

    private Node node() {
        int kind = random.nextInt(20);
        if (kind < 4) {
            var directory = new Directory(metadata(true));
            directories.add(directory);
            return directory;
        }
        if (kind == 4 && !files.isEmpty()) {
            return random.pick(files);
        }
        Node node = switch (kind) {
            case 5, 6, 7 -> new Symlink(metadata(false), target(random));
            case 8 -> device(SpecialFile.Type.CHARACTER_DEVICE);
            case 9 -> device(SpecialFile.Type.BLOCK_DEVICE);
            case 10 -> new SpecialFile(metadata(false), SpecialFile.Type.FIFO, 0, 0);
            case 11 -> new SpecialFile(metadata(false), SpecialFile.Type.SOCKET, 0, 0);
            case 12 -> new SpecialFile(metadata(false), SpecialFile.Type.CHARACTER_DEVICE, 0, 0);
            case 13, 14 -> sparseFile();
            default -> plainFile();
        };
        files.add(node);
        return node;
    }

    private SpecialFile device(SpecialFile.Type type) {
        return new SpecialFile(
                metadata(false),
                type,
                random.nextInt(SpecialFile.MAJOR_MAX + 1),
                random.nextInt(SpecialFile.MINOR_MAX + 1));
    }

    private RegularFile plainFile() {
        int block = random.nextInt(DATA_BLOCKS);
        int size = random.nextInt(Math.min(40, DATA_BLOCKS - block) * BLOCK_BYTES);
        List<Extent> extents =
                size == 0 ? List.of() : List.of(new Extent(0, size, Extent.Source.DATA, (long) block * BLOCK_BYTES));
        return new RegularFile(metadata(true), size, extents);
    }

    /** A file of pieces and holes: whole blocks of the data, and stored bytes at any place of other blocks. */
    private RegularFile sparseFile() {
        var extents = new ArrayList<Extent>();
        int grain = 1 << random.nextInt(4);
        int block = 0;
        for (int left = random.nextInt(8); left > 0; left--) {
            block += grain * random.nextInt(3);
            int count = grain * (1 + random.nextInt(3));
            if (random.oneIn(3)) {
                int from = block * BLOCK_BYTES + random.nextInt(BLOCK_BYTES);
                int length = 1 + random.nextInt((block + count) * BLOCK_BYTES - from);
                extents.add(new Extent(from, length, Extent.Source.STORED, stored.size()));
                stored.writeBytes(random.bytes(length));
            } else {
                long source = (long) random.nextInt(DATA_BLOCKS - count) * BLOCK_BYTES;
                extents.add(
                        new Extent((long) block * BLOCK_BYTES, (long) count * BLOCK_BYTES, Extent.Source.DATA, source));
            }
            block += count;
        }
        long size = (long) block * BLOCK_BYTES + (random.oneIn(2) ? random.nextInt(1 << 20) : 0);
        return new RegularFile(metadata(true), size, extents);
    }

    private Metadata metadata(boolean userXattrs) {
        int permissions = random.nextInt(07777 + 1);
        long uid = random.oneIn(3) ? 0 : random.nextLong(random.oneIn(2) ? 0xffff_ffffL : 70_000);
        long gid = random.oneIn(3) ? 0 : random.nextLong(random.oneIn(2) ? 0xffff_ffffL : 70_000);
        long seconds = random.nextLong(1L << 33) - (1L << 32);
        var mtime = new Timestamp(seconds, random.oneIn(3) ? 0 : random.nextInt(1_000_000_000));
        return new Metadata(permissions, uid, gid, mtime, random.oneIn(3) ? xattrs(userXattrs) : Xattrs.NONE);
    }

    private Xattrs xattrs(boolean user) {
        var xattrs = new HashMap<ByteString, ByteString>();
        Map.Entry<ByteString, ByteString> common = random.pick(commonXattrs);
        xattrs.put(common.getKey(), common.getValue());
        String namespace = user && random.oneIn(2) ? "user." : "trusted.";
        for (int left = random.nextInt(4); left > 0; left--) {
            int length = random.oneIn(9) ? 255 - namespace.length() : 0;
            String suffix = random.word(20);
            xattrs.put(
                    ByteString.utf8(namespace + suffix + "x".repeat(Math.max(0, length - suffix.length()))),
                    ByteString.of(random.bytes(random.pick(VALUE_LENGTHS))));
        }
        if (user && random.oneIn(4)) {
            xattrs.put(ByteString.utf8("system.posix_acl_access"), acl());
        }
        return Xattrs.of(xattrs);
    }

    /** An access control list with one named user, in the kernel's own form. */
    private ByteString acl() {
        var acl = ByteBuffer.allocate(4 + 5 * 8).order(ByteOrder.LITTLE_ENDIAN).putInt(2);
        int undefined = -1;
        int[][] entries = {
            {0x01, undefined}, {0x02, random.nextInt(60_000)}, {0x04, undefined}, {0x10, undefined}, {0x20, undefined}
        };
        for (int[] entry : entries) {
            acl.putShort((short) entry[0]).putShort((short) random.nextInt(8)).putInt(entry[1]);
        }
        return ByteString.of(acl.array());
    }

    /** Returns a file name of any length, often one that is no text. */
    static ByteString name(SeededRandom random) {
        ByteString name = nonZero(random, random.pick(NAME_LENGTHS));
        boolean dots = name.equals(ByteString.utf8(".")) || name.equals(ByteString.utf8(".."));
        return dots ? ByteString.utf8("dots") : name;
    }

    /** Returns a symbolic link's target of any length. */
    static ByteString target(SeededRandom random) {
        return nonZero(random, random.pick(TARGET_LENGTHS));
    }

    private static ByteString nonZero(SeededRandom random, int length) {
        byte[] bytes = random.bytes(length);
        // Most are letters; the rest is any byte, to meet everything on both sides of "." in the order of names.
        boolean anyByte = random.oneIn(3);
        for (int i = 0; i < length; i++) {
            if (!anyByte || bytes[i] == 0 || bytes[i] == '/') {
                bytes[i] = (byte) ('a' + (bytes[i] & 0x0f));
            }
        }
        return ByteString.of(bytes);
    }
}
