package dev.lamella.erofs;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Metadata;
import dev.lamella.filetree.Node;
import dev.lamella.filetree.RegularFile;
import dev.lamella.filetree.SpecialFile;
import dev.lamella.filetree.Symlink;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads uncompressed EROFS images as file trees, those of {@link ErofsWriter} and those that {@code mkfs.erofs} makes of tars.
 * Strict: what the kernel would tolerate but no writer makes is an error too.
 */
public final class ErofsReader {

    /** Bytes of the longest target of a symbolic link that Linux can follow. */
    static final int SYMLINK_BYTES_MAX = 4095;

    private final ErofsImage image;

    /** The files met, for those with several names. */
    private final Map<Long, Node> linked = new HashMap<>();

    /** The directories from the root down to the present one. */
    private final List<Directory> path = new ArrayList<>();

    private ErofsReader(ErofsImage image) {
        this.image = image;
    }

    /**
     * Reads an image. A file's extents of source DATA are offsets in the layer's tar, those of source STORED are offsets in the
     * image itself. Names of one inode have the same object.
     *
     * @param image the whole image
     * @param limits how large the tree may be
     * @return the root
     * @throws ErofsFormatException if the image breaks a rule or a limit
     */
    public static Directory readTree(MemorySegment image, ErofsLimits limits) throws ErofsFormatException {
        var opened = new ErofsImage(image, limits);
        var reader = new ErofsReader(opened);
        try {
            new TreeWalk(opened, limits).run(reader::visit);
        } catch (ErofsFormatException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("nothing but the image is read here", e);
        }
        return reader.path.getFirst();
    }

    private void visit(ByteString name, int depth, Inode inode, boolean first) throws ErofsFormatException {
        Node node =
                first ? node(inode) : Objects.requireNonNull(linked.get(inode.nid()), "the walk knows second names");
        if (first && inode.type() != FileType.DIRECTORY && inode.links() != 1) {
            linked.put(inode.nid(), node);
        }
        if (depth > 0) {
            path.get(depth - 1).put(name, node);
        }
        if (node instanceof Directory directory) {
            path.subList(depth, path.size()).clear();
            path.add(directory);
        }
    }

    private Node node(Inode inode) throws ErofsFormatException {
        var metadata = new Metadata(inode.permissions(), inode.uid(), inode.gid(), inode.mtime(), image.xattrs(inode));
        return switch (inode.type()) {
            case DIRECTORY -> new Directory(metadata);
            case REGULAR -> new RegularFile(metadata, inode.size(), image.extents(inode));
            case SYMLINK -> new Symlink(metadata, image.target(inode));
            case CHARACTER_DEVICE -> device(metadata, SpecialFile.Type.CHARACTER_DEVICE, inode);
            case BLOCK_DEVICE -> device(metadata, SpecialFile.Type.BLOCK_DEVICE, inode);
            case FIFO -> device(metadata, SpecialFile.Type.FIFO, inode);
            case SOCKET -> device(metadata, SpecialFile.Type.SOCKET, inode);
        };
    }

    private static SpecialFile device(Metadata metadata, SpecialFile.Type type, Inode inode)
            throws ErofsFormatException {
        boolean numbered = type == SpecialFile.Type.CHARACTER_DEVICE || type == SpecialFile.Type.BLOCK_DEVICE;
        if (!numbered && inode.union() != 0) {
            throw new ErofsFormatException(
                    ErofsFormatException.Problem.BAD_DEVICE_NUMBER,
                    inode.offset() + 16,
                    "a %s with device number 0x%x".formatted(inode.type().label, inode.union()));
        }
        return new SpecialFile(metadata, type, DeviceNumber.major(inode.union()), DeviceNumber.minor(inode.union()));
    }
}
