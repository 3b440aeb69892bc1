package dev.lamella.erofs;

import dev.lamella.erofs.ErofsFormatException.Problem;
import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Xattrs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads extended attributes: those behind inodes, shared ones, and the table of long name prefixes. */
final class XattrReader {

    private static final int LONG_PREFIX = 0x80;
    private static final int PREFIX_LENGTH_BYTES = 2;

    private final ImageBytes bytes;
    private final long sharedBase;
    private final List<ByteString> longPrefixes;
    private final Map<Long, Entry> shared = new HashMap<>();

    /** An attribute as it lies in the image. */
    record Entry(ByteString name, ByteString value, long offset, long sizeBytes) {}

    /** Makes a reader; the table of long name prefixes may be in other bytes than the image's own. */
    XattrReader(ImageBytes bytes, Superblock superblock, ImageBytes prefixTable) throws ErofsFormatException {
        this.bytes = bytes;
        this.sharedBase = superblock.xattrBlock() << superblock.blockBits();
        this.longPrefixes = readPrefixes(superblock, prefixTable);
    }

    private static List<ByteString> readPrefixes(Superblock superblock, ImageBytes bytes) throws ErofsFormatException {
        var prefixes = new ArrayList<ByteString>();
        if ((superblock.incompatible() & Superblock.XATTR_PREFIXES) == 0) {
            return prefixes;
        }
        long offset = superblock.xattrPrefixStart() << 2;
        for (int i = 0; i < superblock.xattrPrefixes(); i++) {
            int length = bytes.u16(offset);
            XattrNamespace base = XattrNamespace.ofIndex(length == 0 ? 0 : bytes.u8(offset + PREFIX_LENGTH_BYTES))
                    .orElse(null);
            if (base == null || length > XattrTable.NAME_BYTES_MAX) {
                throw new ErofsFormatException(
                        Problem.BAD_XATTR_PREFIX, offset, "long name prefix %d has %d bytes".formatted(i, length));
            }
            bytes.take(offset, PREFIX_LENGTH_BYTES + length, "a long name prefix");
            prefixes.add(concat(base.prefix, bytes.string(offset + PREFIX_LENGTH_BYTES + 1, length - 1)));
            offset = Block.align(offset + PREFIX_LENGTH_BYTES + length, 4);
        }
        return prefixes;
    }

    /** Reads an inode's attributes; the inode's own bytes are taken already. */
    Xattrs read(Inode inode) throws ErofsFormatException {
        var found = new HashMap<ByteString, ByteString>();
        for (Entry entry : entries(inode)) {
            if (found.put(entry.name, entry.value) != null) {
                throw error(entry.offset, "attribute \"%s\" is there twice".formatted(entry.name));
            }
        }
        return found.isEmpty() ? Xattrs.NONE : Xattrs.of(found);
    }

    /** Reads an inode's attributes, shared ones first, with their places; a shared one has the same place for every inode. */
    List<Entry> entries(Inode inode) throws ErofsFormatException {
        if (inode.xattrBytes() == 0) {
            return List.of();
        }
        long end = inode.tailOffset();
        int sharedCount = bytes.u8(inode.xattrOffset() + 4);
        long offset = inode.xattrOffset() + XattrTable.HEADER_BYTES;
        if ((long) sharedCount * XattrTable.SHARED_ID_BYTES > end - offset) {
            throw error(
                    inode.xattrOffset() + 4,
                    "%d shared attributes do not fit into %d bytes".formatted(sharedCount, inode.xattrBytes()));
        }
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < sharedCount; i++) {
            entries.add(shared(bytes.u32(offset)));
            offset += XattrTable.SHARED_ID_BYTES;
        }
        while (offset < end) {
            Entry entry = entry(offset, end);
            entries.add(entry);
            offset += entry.sizeBytes;
        }
        return entries;
    }

    private Entry shared(long id) throws ErofsFormatException {
        Entry known = shared.get(id);
        if (known != null) {
            return known;
        }
        long offset = sharedBase + id * XattrTable.SHARED_ID_BYTES;
        Entry entry = entry(offset, bytes.size());
        bytes.take(offset, entry.sizeBytes, "a shared attribute");
        shared.put(id, entry);
        return entry;
    }

    private Entry entry(long offset, long end) throws ErofsFormatException {
        if (offset > end - XattrTable.ENTRY_HEADER_BYTES) {
            throw error(offset, "an attribute outside its area, which ends at %d".formatted(end));
        }
        int suffixBytes = bytes.u8(offset);
        int index = bytes.u8(offset + 1);
        int valueBytes = bytes.u16(offset + 2);
        long size = Block.align((long) XattrTable.ENTRY_HEADER_BYTES + suffixBytes + valueBytes, 4);
        if (size > end - offset) {
            throw error(offset, "an attribute of %d bytes in an area that ends at %d".formatted(size, end));
        }
        long nameOffset = offset + XattrTable.ENTRY_HEADER_BYTES;
        ByteString name = concat(prefix(offset, index, suffixBytes), bytes.string(nameOffset, suffixBytes));
        if (name.length() > XattrTable.NAME_BYTES_MAX || name.indexOf(0, 0) >= 0) {
            throw error(offset, "attribute name \"%s\" is too long or has a NUL".formatted(name));
        }
        return new Entry(name, bytes.string(nameOffset + suffixBytes, valueBytes), offset, size);
    }

    private ByteString prefix(long offset, int index, int suffixBytes) throws ErofsFormatException {
        if ((index & LONG_PREFIX) != 0) {
            int number = index & ~LONG_PREFIX;
            if (number < longPrefixes.size()) {
                return longPrefixes.get(number);
            }
        } else {
            XattrNamespace namespace = XattrNamespace.ofIndex(index).orElse(null);
            if (namespace != null && namespace.allowsSuffixBytes(suffixBytes)) {
                return namespace.prefix;
            }
        }
        throw error(offset, "name prefix %d with %d further bytes is unknown".formatted(index, suffixBytes));
    }

    private static ByteString concat(ByteString first, ByteString second) {
        var joined = new byte[first.length() + second.length()];
        first.copyTo(joined, 0);
        second.copyTo(joined, first.length());
        return ByteString.of(joined);
    }

    private static ErofsFormatException error(long offset, String message) {
        return new ErofsFormatException(Problem.BAD_XATTR, offset, message);
    }
}
