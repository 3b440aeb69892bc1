package dev.lamella.erofs;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Extent;
import dev.lamella.filetree.Xattrs;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Prints an image as text: two lines about the image, then one line for each name, a directory before what is in it and names in
 * byte order. The form is stable and described in {@code docs/formats/index.md}.
 */
public final class ErofsDump {

    private static final int VALUE_BYTES_SHOWN = 64;

    private final ErofsImage image;
    private final Appendable out;
    private final List<String> path = new ArrayList<>();

    private ErofsDump(ErofsImage image, Appendable out) {
        this.image = image;
        this.out = out;
    }

    /**
     * Prints an image, as far as it can be read.
     *
     * @param image the whole image
     * @param out takes the text, lines ended by {@code \n}
     * @throws ErofsFormatException if the image breaks a rule or exceeds {@link ErofsLimits#DEFAULT}
     * @throws IOException if {@code out} fails
     */
    public static void print(MemorySegment image, Appendable out) throws IOException {
        var opened = new ErofsImage(image, ErofsLimits.DEFAULT);
        var dump = new ErofsDump(opened, out);
        dump.superblock();
        new TreeWalk(opened, ErofsLimits.DEFAULT).run(dump::visit);
    }

    private void superblock() throws IOException {
        Superblock superblock = image.superblock;
        out.append(
                "erofs block=%d blocks=%d inodes=%d root=%d compat=0x%x incompat=0x%x checksum=%08x time=%s xattrs=%d\n"
                        .formatted(
                                1 << superblock.blockBits(),
                                superblock.blocks(),
                                superblock.inodes(),
                                superblock.rootNid(),
                                superblock.compatible(),
                                superblock.incompatible(),
                                superblock.checksum(),
                                superblock.buildTime(),
                                superblock.xattrBlock()));
        out.append("device 1 blocks=%d mapped=%d\n".formatted(image.device.blocks(), image.device.mappedBlock()));
    }

    private void visit(ByteString name, int depth, Inode inode, boolean first) throws IOException {
        path.subList(Math.max(depth - 1, 0), path.size()).clear();
        if (depth > 0) {
            path.add(quote(name));
        }
        out.append("/").append(String.join("/", path));
        out.append(" %s %04o %d %d %s %d %d"
                .formatted(
                        inode.type().label,
                        inode.permissions(),
                        inode.uid(),
                        inode.gid(),
                        inode.mtime(),
                        inode.links(),
                        inode.nid()));
        if (!first) {
            out.append(" link\n");
            return;
        }
        switch (inode.type()) {
            case REGULAR, DIRECTORY -> out.append(" ").append(Long.toString(inode.size()));
            case SYMLINK -> out.append(" ").append(quote(image.target(inode)));
            case CHARACTER_DEVICE, BLOCK_DEVICE ->
                out.append(" %d:%d".formatted(DeviceNumber.major(inode.union()), DeviceNumber.minor(inode.union())));
            case FIFO, SOCKET -> out.append(" -");
        }
        xattrs(image.xattrs(inode));
        if (inode.type() == FileType.REGULAR) {
            extents(image.extents(inode));
        }
        out.append("\n");
    }

    private void xattrs(Xattrs xattrs) throws IOException {
        out.append(xattrs.isEmpty() ? " -" : " ");
        String separator = "";
        for (Map.Entry<ByteString, ByteString> xattr : xattrs.asMap().entrySet()) {
            out.append(separator).append(quote(xattr.getKey())).append("=").append(value(xattr.getValue()));
            separator = ",";
        }
    }

    private void extents(List<Extent> extents) throws IOException {
        out.append(extents.isEmpty() ? " -" : " ");
        String separator = "";
        for (Extent extent : extents) {
            String source = extent.source() == Extent.Source.DATA ? "data" : "stored";
            out.append(separator);
            out.append("%d+%d@%s:%d".formatted(extent.fileOffset(), extent.length(), source, extent.sourceOffset()));
            separator = ",";
        }
    }

    private static String value(ByteString value) {
        return value.length() <= VALUE_BYTES_SHOWN
                ? quote(value)
                : quote(value.substring(0, VALUE_BYTES_SHOWN)) + "...(" + value.length() + ")";
    }

    /** Keeps every field free of spaces, so that lines can be taken apart. */
    private static String quote(ByteString text) {
        return text.toString().replace(" ", "\\x20").replace(",", "\\x2c").replace("=", "\\x3d");
    }
}
