package dev.lamella.tar;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Metadata;
import dev.lamella.filetree.Timestamp;
import dev.lamella.filetree.Xattrs;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one entry after the other, each with the PAX and GNU extension headers before it. */
final class EntryReader {

    private static final long ID_MAX = 0xffff_fffeL;
    private static final int PERMISSIONS_MASK = 07777;
    private static final char HARD_LINK = '1';

    private final TarInput input;
    private final TarLimits limits;
    private final SparseMapReader sparseMaps;
    private final XattrReader xattrs;
    private final SharedValues shared = new SharedValues();
    private final byte[] block = new byte[TarInput.BLOCK_BYTES];

    EntryReader(TarInput input, TarLimits limits) {
        this.input = input;
        this.limits = limits;
        this.sparseMaps = new SparseMapReader(input, limits);
        this.xattrs = new XattrReader(limits);
    }

    /** What extension headers say about the entry behind them. */
    private static final class Extensions {
        private PaxRecords pax = PaxRecords.NONE;
        private ByteString name = ByteString.EMPTY;
        private ByteString link = ByteString.EMPTY;
        private long bytes;
        private boolean pending;
    }

    /** Returns the next entry, its body unread, or null at the end; the body before must have been read. */
    @Nullable
    LayerEntry next() throws IOException {
        var extensions = new Extensions();
        while (true) {
            long offset = input.position();
            input.enter(new EntryPosition(ByteString.EMPTY, offset));
            if (!readHeader()) {
                if (extensions.pending) {
                    throw input.truncated();
                }
                return null;
            }
            TarHeader header = TarHeader.decode(block, offset);
            var where = new EntryPosition(header.name(), offset);
            input.enter(where);
            switch (header.type()) {
                case 'x' -> extensions.pax = PaxRecords.parse(extensionBody(header, extensions, where), where);
                case 'g' -> {
                    var _ = PaxRecords.parse(extensionBody(header, new Extensions(), where), where);
                }
                case 'L' -> extensions.name = longText(header, extensions, where);
                case 'K' -> extensions.link = longText(header, extensions, where);
                default -> {
                    return entry(header, extensions, where);
                }
            }
        }
    }

    /** Reads a header block; false at the end-of-archive mark or the end of the stream. */
    private boolean readHeader() throws IOException {
        int count = input.read(block, 0, block.length);
        if (count == 0) {
            return false;
        }
        if (count < block.length) {
            throw input.truncated();
        }
        if (!isZero(block)) {
            return true;
        }
        count = input.read(block, 0, block.length);
        if (count == block.length && !isZero(block)) {
            throw new EntryPosition(ByteString.EMPTY, input.position() - 2L * block.length)
                    .malformed("one zero block with more behind it; the end of a tar is two");
        }
        return false;
    }

    private static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private byte[] extensionBody(TarHeader header, Extensions extensions, EntryPosition where) throws IOException {
        if (header.size() < 0) {
            throw where.malformed("negative size: " + header.size());
        }
        where.check("extensionBytesMax", header.size(), limits.extensionBytesMax());
        extensions.bytes += header.size();
        where.check("extensionBytesMax", extensions.bytes, limits.extensionBytesMax());
        extensions.pending = true;
        byte[] body = input.readExactly((int) header.size());
        input.skipPadding();
        return body;
    }

    private ByteString longText(TarHeader header, Extensions extensions, EntryPosition where) throws IOException {
        byte[] body = extensionBody(header, extensions, where);
        return TarHeader.text(body, 0, body.length);
    }

    private LayerEntry entry(TarHeader header, Extensions extensions, EntryPosition headerWhere) throws IOException {
        PaxRecords pax = extensions.pax;
        ByteString name = firstGiven(extensions.name, pax.text("path"), header.name());
        if (header.type() == '0' || header.type() == 0) {
            name = pax.text("GNU.sparse.name").orElse(name);
        }
        var where = new EntryPosition(name, headerWhere.offset());
        input.enter(where);
        char type = type(header, name);
        long size = bodyBytes(type, pax.number("size", header.size(), where), where);
        long bodyStart = input.position();
        SparseMap sparse = sparse(header, type, pax, size);
        long mapBytes = header.type() == 'S' ? 0 : input.position() - bodyStart;
        return new LayerEntry(
                where,
                type == 'S' ? '0' : type,
                name,
                firstGiven(extensions.link, pax.text("linkpath"), header.link()),
                metadata(header, type, pax, where),
                header.deviceMajor(),
                header.deviceMinor(),
                size - mapBytes,
                sparse,
                pax);
    }

    private @Nullable SparseMap sparse(TarHeader header, char type, PaxRecords pax, long size) throws IOException {
        var where = new EntryPosition(pax.text("GNU.sparse.name").orElse(header.name()), input.position() - 512);
        if (type == 'S') {
            if (!header.gnu()) {
                throw where.malformed("sparse file of type S in a header that is not GNU tar's");
            }
            return sparseMaps.oldGnu(block.clone(), where);
        }
        return type == '0' ? sparseMaps.pax(pax, size, where).orElse(null) : null;
    }

    /** Unifies the old ways to say "regular file" and "directory". */
    private static char type(TarHeader header, ByteString name) {
        boolean slashAtEnd = !name.isEmpty() && name.at(name.length() - 1) == '/';
        return switch (header.type()) {
            case 0 -> slashAtEnd ? '5' : '0';
            case '7' -> '0';
            default -> header.type();
        };
    }

    /** Links, devices, FIFOs and directories have no body, whatever their size field says. */
    private long bodyBytes(char type, long size, EntryPosition where) throws TarFormatException {
        if (size < 0) {
            throw where.malformed("negative size: " + size);
        }
        boolean hasBody = type == '0' || type == 'S';
        if (hasBody) {
            where.check("fileBytesMax", size, limits.fileBytesMax());
        }
        return hasBody ? size : 0;
    }

    private static ByteString firstGiven(ByteString gnu, Optional<ByteString> pax, ByteString header) {
        return gnu.isEmpty() ? pax.orElse(header) : gnu;
    }

    private Metadata metadata(TarHeader header, char type, PaxRecords pax, EntryPosition where)
            throws TarFormatException {
        Timestamp mtime = pax.mtime(header.mtime(), where);
        Xattrs attributes = xattrs.read(pax, where);
        if (type != HARD_LINK) {
            attributes = XattrReader.allowedOn(type, attributes);
        }
        return shared.of(new Metadata(
                (int) (header.mode() & PERMISSIONS_MASK),
                id("uid", pax.number("uid", header.uid(), where), where),
                id("gid", pax.number("gid", header.gid(), where), where),
                shared.of(mtime),
                attributes.isEmpty() ? attributes : shared.of(attributes)));
    }

    private static long id(String field, long value, EntryPosition where) throws TarFormatException {
        if (value < 0 || value > ID_MAX) {
            throw where.malformed("%s %d is not between 0 and %d".formatted(field, value, ID_MAX));
        }
        return value;
    }
}
