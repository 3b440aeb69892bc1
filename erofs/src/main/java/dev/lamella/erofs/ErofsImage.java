package dev.lamella.erofs;

import dev.lamella.erofs.ErofsFormatException.Problem;
import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Extent;
import dev.lamella.filetree.Xattrs;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** An opened image: the parts of single inodes, each checked by itself. What only holds of the whole is {@link TreeWalk}'s. */
final class ErofsImage {

    private static final int NAME_BYTES_MAX = 255;

    /** Without compression the packed inode has nothing but long prefixes, at most 255 of them. */
    private static final int PREFIX_TABLE_BYTES_MAX = 1 << 17;

    final Superblock superblock;
    final DeviceSlot device;

    private final ImageBytes bytes;
    private final InodeReader inodes;
    private final XattrReader xattrs;
    private final ChunkReader chunks;

    /** A name in a directory. */
    record Dirent(ByteString name, long nid, int direntType, long offset) {}

    /** A run of a flat inode's data, and how much of the data lies before it. */
    private record FlatPart(long offset, long length, long dataOffset) {}

    ErofsImage(MemorySegment segment, ErofsLimits limits) throws ErofsFormatException {
        if (segment.byteSize() > limits.imageBytesMax()) {
            throw new ErofsFormatException(
                    Problem.LIMIT_EXCEEDED,
                    segment.byteSize(),
                    "the image is larger than %d bytes (limit imageBytesMax)".formatted(limits.imageBytesMax()));
        }
        this.bytes = new ImageBytes(segment);
        var reader = new SuperblockReader(bytes);
        this.superblock = reader.read();
        this.device = reader.device(superblock);
        this.inodes = new InodeReader(bytes, superblock);
        this.xattrs = new XattrReader(bytes, superblock, prefixTable());
        this.chunks = new ChunkReader(this, bytes, limits);
    }

    /** Returns where the long prefixes of attribute names are: in the packed inode, if there is one. */
    private ImageBytes prefixTable() throws ErofsFormatException {
        if (!superblock.hasPackedInode()) {
            return bytes;
        }
        Inode inode = inode(superblock.packedNid());
        boolean flatFile = inode.type() == FileType.REGULAR && inode.layout() != InodeLayout.CHUNK_BASED;
        if (!flatFile || inode.size() > PREFIX_TABLE_BYTES_MAX) {
            throw new ErofsFormatException(
                    Problem.BAD_INODE,
                    inode.offset(),
                    "the packed inode is a %s of %d bytes with layout %s, expected a flat file of at most %d"
                            .formatted(inode.type().label, inode.size(), inode.layout(), PREFIX_TABLE_BYTES_MAX));
        }
        return new ImageBytes(MemorySegment.ofArray(flatData(inode, "the packed inode's data")));
    }

    /** Reads an inode; its bytes count, so each inode is to be read once. */
    Inode inode(long nid) throws ErofsFormatException {
        return inodes.read(nid);
    }

    Xattrs xattrs(Inode inode) throws ErofsFormatException {
        return xattrs.read(inode);
    }

    /** Reads an inode's attributes with their places. */
    List<XattrReader.Entry> xattrEntries(Inode inode) throws ErofsFormatException {
        return xattrs.entries(inode);
    }

    /** Reads a symbolic link's target. */
    ByteString target(Inode inode) throws ErofsFormatException {
        ByteString result = ByteString.of(flatData(inode, "a symbolic link's target"));
        if (result.indexOf(0, 0) >= 0) {
            throw new ErofsFormatException(
                    Problem.BAD_SYMLINK, inode.offset(), "target \"%s\" has a NUL".formatted(result));
        }
        return result;
    }

    private byte[] flatData(Inode inode, String what) throws ErofsFormatException {
        List<FlatPart> parts = flatParts(inode);
        var data = new byte[(int) inode.size()];
        for (FlatPart part : parts) {
            bytes.take(part.offset, part.length, what);
            System.arraycopy(
                    bytes.bytes(part.offset, (int) part.length), 0, data, (int) part.dataOffset, (int) part.length);
        }
        return data;
    }

    /** Returns where a regular file's bytes are. */
    List<Extent> extents(Inode inode) throws ErofsFormatException {
        if (inode.layout() == InodeLayout.CHUNK_BASED) {
            return chunks.extents(inode);
        }
        var extents = new ArrayList<Extent>();
        for (FlatPart part : flatParts(inode)) {
            extents.add(new Extent(part.dataOffset, part.length, Extent.Source.STORED, part.offset));
        }
        return extents;
    }

    /** Reads a directory's entries, {@code .} and {@code ..} included. */
    List<Dirent> entries(Inode inode) throws ErofsFormatException {
        var entries = new ArrayList<Dirent>();
        int blockBytes = 1 << superblock.blockBits();
        for (FlatPart part : flatParts(inode)) {
            bytes.take(part.offset, part.length, "a directory's entries");
            for (long done = 0; done < part.length; done += blockBytes) {
                readBlock(part.offset + done, (int) Math.min(blockBytes, part.length - done), entries);
            }
        }
        return entries;
    }

    private void readBlock(long block, int length, List<Dirent> entries) throws ErofsFormatException {
        int direntBytes = DirectoryBlocks.DIRENT_BYTES;
        int namesFrom = length < direntBytes ? 0 : bytes.u16(block + 8);
        if (namesFrom < direntBytes || namesFrom >= length || namesFrom % direntBytes != 0) {
            throw new ErofsFormatException(
                    Problem.BAD_DIRENT,
                    block,
                    "names from %d in a directory block of %d bytes".formatted(namesFrom, length));
        }
        for (int at = 0; at < namesFrom; at += direntBytes) {
            long dirent = block + at;
            boolean last = at + direntBytes == namesFrom;
            int from = bytes.u16(dirent + 8);
            int to = last ? length : bytes.u16(dirent + direntBytes + 8);
            if (from < namesFrom || from >= to || to > length) {
                throw new ErofsFormatException(
                        Problem.BAD_DIRENT,
                        dirent,
                        "name from %d to %d in a directory block of %d bytes".formatted(from, to, length));
            }
            ByteString name = bytes.string(block + from, to - from);
            int nul = name.indexOf(0, 0);
            if (last && nul >= 0) {
                name = name.substring(0, nul);
            }
            checkName(dirent, name);
            if (!entries.isEmpty() && entries.getLast().name.compareTo(name) >= 0) {
                throw new ErofsFormatException(
                        Problem.UNSORTED_NAMES,
                        dirent,
                        "name \"%s\" after \"%s\"".formatted(name, entries.getLast().name));
            }
            entries.add(new Dirent(name, bytes.s64(dirent), bytes.u8(dirent + 10), dirent));
        }
    }

    private static void checkName(long dirent, ByteString name) throws ErofsFormatException {
        if (name.isEmpty() || name.length() > NAME_BYTES_MAX || name.indexOf('/', 0) >= 0 || name.indexOf(0, 0) >= 0) {
            throw new ErofsFormatException(
                    Problem.BAD_NAME,
                    dirent,
                    "name \"%s\" of %d bytes, expected 1 to %d without slash and NUL"
                            .formatted(name, name.length(), NAME_BYTES_MAX));
        }
    }

    private List<FlatPart> flatParts(Inode inode) throws ErofsFormatException {
        var parts = new ArrayList<FlatPart>(2);
        int bits = superblock.blockBits();
        long blockBytes = 1L << bits;
        if (inode.size() > bytes.size()) {
            throw new ErofsFormatException(
                    Problem.BAD_SIZE,
                    inode.offset() + 8,
                    "%d bytes of data in an image of %d".formatted(inode.size(), bytes.size()));
        }
        long tail = 0;
        if (inode.layout() == InodeLayout.FLAT_INLINE && inode.size() > 0) {
            tail = ((inode.size() - 1) & (blockBytes - 1)) + 1;
        }
        long whole = inode.size() - tail;
        if (whole > 0) {
            long offset = (inode.union() & 0xffff_ffffL) << bits;
            if (offset < blockBytes || whole > bytes.size() - offset) {
                throw new ErofsFormatException(
                        Problem.ADDRESS_OUTSIDE,
                        inode.offset() + 16,
                        "%d bytes of data from block %d".formatted(whole, offset >> bits));
            }
            parts.add(new FlatPart(offset, whole, 0));
        }
        if (tail > 0) {
            if ((inode.tailOffset() & (blockBytes - 1)) + tail > blockBytes) {
                throw new ErofsFormatException(
                        Problem.INLINE_DATA_CROSSES_BLOCK,
                        inode.tailOffset(),
                        "%d bytes of data behind an inode cross the end of the block".formatted(tail));
            }
            bytes.require(inode.tailOffset(), tail, "data behind an inode");
            parts.add(new FlatPart(inode.tailOffset(), tail, whole));
        }
        return parts;
    }
}
