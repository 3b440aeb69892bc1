package dev.lamella.erofs;

import dev.lamella.erofs.ErofsFormatException.Problem;
import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Extent;
import dev.lamella.filetree.Metadata;
import dev.lamella.filetree.Node;
import dev.lamella.filetree.RegularFile;
import dev.lamella.filetree.Symlink;
import dev.lamella.filetree.Timestamp;
import dev.lamella.filetree.Xattrs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The image a node mounts for a layer: the layer's index, under a new root directory that has the tree as {@code diff} and the
 * few small files which containers/storage keeps beside it. It is made for engines that run as root: of the two marks of an opaque
 * directory only {@code trusted.overlay.opaque} is left to see ({@link IndexScan}).
 */
public final class LayerDirectoryImage {

    private static final ByteString DIFF = ByteString.utf8("diff");
    private static final Metadata DIRECTORY = new Metadata(0755, 0, 0, Timestamp.EPOCH, Xattrs.NONE);
    private static final Metadata FILE = new Metadata(0644, 0, 0, Timestamp.EPOCH, Xattrs.NONE);
    private static final Metadata SYMLINK = new Metadata(0777, 0, 0, Timestamp.EPOCH, Xattrs.NONE);

    private LayerDirectoryImage() {}

    /**
     * What lies in the new root beside {@code diff}.
     *
     * @param files names and contents of regular files
     * @param symlinks names and targets of symbolic links
     * @param directories names of nested directories, each inside the one before it
     */
    public record Beside(
            Map<ByteString, byte[]> files, Map<ByteString, ByteString> symlinks, List<ByteString> directories) {
        /** Copies the list; the maps keep their order and are not to be changed. */
        public Beside {
            directories = List.copyOf(directories);
        }
    }

    /**
     * The owners of a layer's files, each once, in ascending order.
     *
     * @param uids their user IDs
     * @param gids their group IDs
     */
    public record Owners(List<Long> uids, List<Long> gids) {
        /** Copies the lists. */
        public Owners {
            uids = List.copyOf(uids);
            gids = List.copyOf(gids);
        }
    }

    /** Bytes of the copy that differ from the index. */
    private record Patch(long offset, ByteBuffer bytes) {}

    /**
     * Writes the image: one copy of the index with a few bytes changed and a few blocks more. The index's inodes keep their
     * numbers. The same arguments give the same bytes.
     *
     * @param index an image of {@link ErofsWriter}, checked by its digest; only what is changed is looked at
     * @param beside what else the new root holds
     * @param out receives the image; flushed, not closed
     * @return who owns the layer's files
     * @throws ErofsFormatException if the index is no image of this kind
     * @throws ErofsTreeException if a name or target is too long
     * @throws IllegalArgumentException if a name is {@code diff} or no file name
     * @throws IOException if {@code out} fails
     */
    public static Owners write(MemorySegment index, Beside beside, OutputStream out) throws IOException {
        var scan = new IndexScan(index);
        var image = new ErofsImage(index, ErofsLimits.DEFAULT);
        requireFreeSlot(image, index);
        var diff = new Directory(DIRECTORY);
        var root = new Directory(DIRECTORY);
        MemorySegment contents = addFiles(root, beside.files);
        beside.symlinks.forEach((name, target) -> put(root, name, new Symlink(SYMLINK, target)));
        Directory parent = root;
        for (ByteString name : beside.directories) {
            var directory = new Directory(DIRECTORY);
            put(parent, name, directory);
            parent = directory;
        }
        root.put(DIFF, diff);

        var inodes = new InodeTable(root, ErofsLimits.DEFAULT);
        inodes.graft(diff, image.superblock.rootNid());
        var sources = new ImageLayout.Sources(0, contents.byteSize());
        var layout = new ImageLayout(inodes, new FreeSpace(index.byteSize()), ErofsLimits.DEFAULT, sources);
        layout.place(OptionalLong.of(ErofsWriter.RESERVED_SLOT));
        writeCopy(index, patches(image, index, layout, scan.userMarks()), out);
        var body = new ImageOutput(out, index.byteSize());
        new ImageBody(layout, contents, body).write(false);
        body.flush();
        return scan.owners();
    }

    private static MemorySegment addFiles(Directory root, Map<ByteString, byte[]> files) {
        long total = 0;
        for (byte[] content : files.values()) {
            total += content.length;
        }
        var contents = ByteBuffer.allocate(Math.toIntExact(total));
        for (Map.Entry<ByteString, byte[]> file : files.entrySet()) {
            byte[] content = file.getValue();
            List<Extent> extents = content.length == 0
                    ? List.of()
                    : List.of(new Extent(0, content.length, Extent.Source.STORED, contents.position()));
            contents.put(content);
            put(root, file.getKey(), new RegularFile(FILE, content.length, extents));
        }
        return MemorySegment.ofBuffer(contents.flip());
    }

    private static void put(Directory root, ByteString name, Node node) {
        if (name.equals(DIFF) || root.get(name).isPresent()) {
            throw new IllegalArgumentException("name given twice: " + name);
        }
        root.put(name, node);
    }

    private static void requireFreeSlot(ErofsImage image, MemorySegment index) throws ErofsFormatException {
        boolean ours = image.superblock.blockBits() == Block.BITS
                && image.superblock.devices() == 1
                && image.superblock.deviceSlot() * DeviceSlot.BYTES == Superblock.OFFSET + Superblock.BYTES
                && image.superblock.metaBlock() == 0
                && (long) image.superblock.rootNid() << PlannedInode.NID_BITS >= ErofsWriter.BODY;
        var free = MemorySegment.ofArray(new byte[PlannedInode.BYTES]);
        if (!ours
                || index.asSlice(ErofsWriter.RESERVED_SLOT, PlannedInode.BYTES).mismatch(free) >= 0) {
            throw new ErofsFormatException(
                    Problem.NO_RESERVED_SLOT,
                    ErofsWriter.RESERVED_SLOT,
                    "no free place for another root's inode; only an index as Lamella writes it has one");
        }
    }

    private static List<Patch> patches(ErofsImage image, MemorySegment index, ImageLayout layout, List<Long> userMarks)
            throws IOException {
        long parentAt = parentEntry(image);
        byte[] parent = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(layout.inodes.root().nid())
                .array();
        byte[] head = index.asSlice(0, ErofsWriter.BODY).toArray(ValueLayout.JAVA_BYTE);
        ByteBuffer target = ByteBuffer.wrap(head).position(Superblock.OFFSET);
        image.superblock
                .withRoot(
                        (int) layout.inodes.root().nid(), layout.inodes.inodes().size(), layout.endBlock)
                .encode(target);
        new DeviceSlot(image.device.blocks(), layout.endBlock).encode(target);
        var slot = new ByteArrayOutputStream();
        var slotOutput = new ImageOutput(slot, ErofsWriter.RESERVED_SLOT);
        new ImageBody(layout, MemorySegment.NULL, slotOutput).writeInode(layout.inodes.root());
        slotOutput.flush();
        target.put(slot.toByteArray());
        var patches = new ArrayList<Patch>();
        patches.add(new Patch(0, ByteBuffer.wrap(head)));
        patches.add(new Patch(parentAt, ByteBuffer.wrap(parent)));
        for (long namespaceAt : userMarks) {
            // A namespace that is valid and that Linux shows no attribute of: the mark stays in its place, unseen.
            patches.add(new Patch(namespaceAt, ByteBuffer.wrap(new byte[] {(byte) XattrNamespace.LUSTRE.index})));
        }
        patches.sort(Comparator.comparingLong(Patch::offset));
        return patches;
    }

    /** Returns where the index's root says which directory it is in: now the new root, no longer itself. */
    private static long parentEntry(ErofsImage image) throws ErofsFormatException {
        Inode oldRoot = image.inode(image.superblock.rootNid());
        for (ErofsImage.Dirent entry : image.entries(oldRoot)) {
            if (entry.name().equals(DirectoryBlocks.PARENT) && entry.offset() >= ErofsWriter.BODY) {
                return entry.offset();
            }
        }
        throw new ErofsFormatException(
                Problem.BAD_DOT_ENTRY, oldRoot.offset(), "the root has no \"..\" behind the head");
    }

    private static void writeCopy(MemorySegment index, List<Patch> patches, OutputStream out) throws IOException {
        var copy = new ImageOutput(out, 0);
        long done = 0;
        for (Patch patch : patches) {
            copy.put(index.asSlice(done, patch.offset - done));
            copy.put(MemorySegment.ofBuffer(patch.bytes));
            done = patch.offset + patch.bytes.remaining();
        }
        copy.put(index.asSlice(done));
        copy.flush();
    }
}
