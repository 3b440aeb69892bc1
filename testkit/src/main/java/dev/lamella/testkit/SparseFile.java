package dev.lamella.testkit;

import dev.lamella.filetree.ByteString;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** A file with holes, written in any of GNU tar's four formats for them. The parts' data lie one after the other, unpadded. */
public final class SparseFile {

    private static final int HEADER_PARTS = 4;
    private static final int EXTENSION_PARTS = 21;
    private static final int HEADER_PARTS_OFFSET = 386;
    private static final int HEADER_EXTENDED_OFFSET = 482;
    private static final int REAL_SIZE_OFFSET = 483;
    private static final int EXTENSION_EXTENDED_OFFSET = 504;

    /** GNU tar's formats. */
    public enum Format {
        /** Type {@code S} with a map in the header and in extension blocks. */
        OLD_GNU,
        /** PAX records GNU.sparse.offset and GNU.sparse.numbytes. */
        PAX_0_0,
        /** The PAX record GNU.sparse.map. */
        PAX_0_1,
        /** A map in front of the data. */
        PAX_1_0
    }

    private record Part(long offset, ByteString data) {}

    private final String name;
    private final long sizeBytes;
    private final List<Part> parts = new ArrayList<>();

    /** Starts a file of a size that is one hole. */
    public SparseFile(String name, long sizeBytes) {
        this.name = name;
        this.sizeBytes = sizeBytes;
    }

    /** Adds data; GNU tar itself ends each map with an empty part at the end of the file. */
    public SparseFile part(long offset, byte[] data) {
        parts.add(new Part(offset, ByteString.of(data)));
        return this;
    }

    /** Returns the entry with its map, before a {@link Format#OLD_GNU} one's extension blocks are needed for more than 4 parts. */
    public byte[] toByteArray(Format format) {
        return switch (format) {
            case OLD_GNU -> oldGnu();
            case PAX_0_0 -> pax00().toByteArray();
            case PAX_0_1 -> pax01().toByteArray();
            case PAX_1_0 -> pax10().toByteArray();
        };
    }

    private byte[] data() {
        var out = new ByteArrayOutputStream();
        parts.forEach(part -> out.writeBytes(part.data.toByteArray()));
        return out.toByteArray();
    }

    private byte[] oldGnu() {
        byte[] data = data();
        TarEntry header = TarEntry.of('S', name)
                .format(TarEntry.Format.GNU)
                .size(data.length)
                .raw(REAL_SIZE_OFFSET, octal(sizeBytes));
        for (int i = 0; i < Math.min(HEADER_PARTS, parts.size()); i++) {
            header.raw(HEADER_PARTS_OFFSET + 24 * i, octal(parts.get(i).offset));
            header.raw(
                    HEADER_PARTS_OFFSET + 24 * i + 12, octal(parts.get(i).data.length()));
        }
        if (parts.size() > HEADER_PARTS) {
            header.raw(HEADER_EXTENDED_OFFSET, (byte) 1);
        }
        var out = new ByteArrayOutputStream();
        out.writeBytes(header.toByteArray());
        for (int at = HEADER_PARTS; at < parts.size(); at += EXTENSION_PARTS) {
            out.writeBytes(extension(at));
        }
        out.writeBytes(data);
        out.writeBytes(TarEntry.padding(data.length, (byte) 0));
        return out.toByteArray();
    }

    private byte[] extension(int first) {
        var block = new byte[TarEntry.BLOCK_BYTES];
        int end = Math.min(parts.size(), first + EXTENSION_PARTS);
        for (int i = first; i < end; i++) {
            byte[] offset = TarEntry.ascii(octal(parts.get(i).offset));
            byte[] length = TarEntry.ascii(octal(parts.get(i).data.length()));
            System.arraycopy(offset, 0, block, 24 * (i - first), 12);
            System.arraycopy(length, 0, block, 24 * (i - first) + 12, 12);
        }
        block[EXTENSION_EXTENDED_OFFSET] = (byte) (end < parts.size() ? 1 : 0);
        return block;
    }

    private TarEntry pax00() {
        TarEntry entry = TarEntry.file(name, data())
                .pax("GNU.sparse.size", Long.toString(sizeBytes))
                .pax("GNU.sparse.numblocks", Integer.toString(parts.size()));
        for (Part part : parts) {
            entry.pax("GNU.sparse.offset", Long.toString(part.offset));
            entry.pax("GNU.sparse.numbytes", Integer.toString(part.data.length()));
        }
        return entry;
    }

    private TarEntry pax01() {
        List<String> map = new ArrayList<>();
        parts.forEach(part -> map.add(part.offset + "," + part.data.length()));
        return TarEntry.file("GNUSparseFile.0/" + name, data())
                .pax("GNU.sparse.size", Long.toString(sizeBytes))
                .pax("GNU.sparse.numblocks", Integer.toString(parts.size()))
                .pax("GNU.sparse.name", name)
                .pax("GNU.sparse.map", String.join(",", map));
    }

    private TarEntry pax10() {
        var text = new StringBuilder().append(parts.size()).append('\n');
        parts.forEach(part ->
                text.append(part.offset).append('\n').append(part.data.length()).append('\n'));
        byte[] map = TarEntry.ascii(text.toString());
        var body = new ByteArrayOutputStream();
        body.writeBytes(map);
        body.writeBytes(TarEntry.padding(map.length, (byte) 0));
        body.writeBytes(data());
        return TarEntry.file("GNUSparseFile.0/" + name, body.toByteArray())
                .pax("GNU.sparse.major", "1")
                .pax("GNU.sparse.minor", "0")
                .pax("GNU.sparse.name", name)
                .pax("GNU.sparse.realsize", Long.toString(sizeBytes));
    }

    private static String octal(long value) {
        return "%011o\0".formatted(value);
    }
}
