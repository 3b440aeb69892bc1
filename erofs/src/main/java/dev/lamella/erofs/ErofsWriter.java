package dev.lamella.erofs;

import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Timestamp;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** Writes a file tree as an EROFS image whose content lies in another file. The format is in {@code docs/formats/index.md}. */
public final class ErofsWriter {

    /** Where images keep room for the inode of one more root; see {@link LayerDirectoryImage}. */
    static final int RESERVED_SLOT = Superblock.OFFSET + Superblock.BYTES + DeviceSlot.BYTES;

    /** The first free byte. */
    static final int BODY = RESERVED_SLOT + PlannedInode.BYTES;

    private ErofsWriter() {}

    /**
     * Writes an image. The same tree and sizes give the same bytes. Beside the tree itself this needs some hundred bytes of
     * memory for each inode.
     *
     * @param root the tree; it must not change meanwhile
     * @param dataSizeBytes size of the layer's tar, to whose offsets the extents of source DATA refer
     * @param stored the bytes to which the extents of source STORED refer; copied into the image
     * @param out receives the image; flushed, not closed
     * @return what was written
     * @throws ErofsTreeException if something in the tree is larger than the format or {@link ErofsLimits#DEFAULT} allows, or an
     *     extent of source DATA is not made of whole 512-byte blocks
     * @throws IOException if {@code out} fails
     */
    public static ErofsSummary write(Directory root, long dataSizeBytes, MemorySegment stored, OutputStream out)
            throws IOException {
        var inodes = new InodeTable(root, ErofsLimits.DEFAULT);
        var sources = new ImageLayout.Sources(dataSizeBytes, stored.byteSize());
        var layout = new ImageLayout(inodes, new FreeSpace(BODY), ErofsLimits.DEFAULT, sources);
        if (Block.count(dataSizeBytes) > Block.ADDRESSES_MAX) {
            throw new ErofsTreeException(
                    "/", "a tar of %d bytes: 32-bit block addresses end at 2 TiB".formatted(dataSizeBytes));
        }
        layout.place(OptionalLong.empty());
        var image = new ImageOutput(out, 0);
        image.put(MemorySegment.ofArray(head(layout)));
        new ImageBody(layout, stored, image).write(true);
        image.flush();
        return new ErofsSummary(
                Block.bytes(layout.endBlock),
                inodes.inodes().size(),
                Block.bytes(layout.endBlock - layout.contentBlock));
    }

    private static byte[] head(ImageLayout layout) {
        // No checksum: the index is checked by its digest, and fsck.erofs before 1.8.8 crashes over one with small
        // blocks.
        var superblock = new Superblock(
                0,
                Superblock.MTIME,
                Block.BITS,
                (int) layout.inodes.root().nid(),
                layout.inodes.inodes().size(),
                Timestamp.EPOCH,
                layout.endBlock,
                0,
                layout.xattrs.sharedBytes() == 0 ? 0 : layout.xattrBlock,
                Superblock.CHUNKED_FILE | Superblock.DEVICE_TABLE,
                1,
                (Superblock.OFFSET + Superblock.BYTES) / DeviceSlot.BYTES,
                0,
                0,
                0);
        var head = ByteBuffer.allocate(BODY).position(Superblock.OFFSET);
        superblock.encode(head);
        new DeviceSlot(Block.count(layout.dataSizeBytes), layout.endBlock).encode(head);
        return head.array();
    }
}
