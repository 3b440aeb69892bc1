package dev.lamella.testkit;

import dev.lamella.filetree.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One entry of a tar stream as raw bytes, with whatever extension entries go before it. Every field can be overwritten
 * ({@link #raw}); nothing is checked beyond what is needed to lay the bytes out, since wrong ones are wanted too.
 *
 * <p>Names and texts are taken as UTF-8. Names or links that do not fit the header fields are cut off there; ask for
 * {@link #gnuLongNames} or {@link #paxNames}, or use {@link #prefix}.
 */
public final class TarEntry {

    static final int BLOCK_BYTES = 512;

    private static final int MODE = 100;
    private static final int UID = 108;
    private static final int GID = 116;
    private static final int SIZE = 124;
    private static final int MTIME = 136;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int LINK = 157;
    private static final int MAGIC = 257;
    private static final int DEVICE_MAJOR = 329;
    private static final int DEVICE_MINOR = 337;
    private static final int PREFIX = 345;

    /** The dialects of the header block. */
    public enum Format {
        V7,
        USTAR,
        GNU
    }

    /** How the checksum is made. */
    public enum Checksum {
        UNSIGNED,
        SIGNED,
        WRONG
    }

    private record Raw(int offset, ByteString bytes) {}

    private enum LongNames {
        CUT,
        GNU,
        PAX
    }

    private final char type;
    private final byte[] name;
    private byte[] link = {};
    private byte[] prefix = {};
    private byte[] body = {};
    private long mode = 0644;
    private long uid;
    private long gid;
    private long size = -1;
    private long mtime = 1_700_000_000L;
    private long deviceMajor;
    private long deviceMinor;
    private Format format = Format.USTAR;
    private Checksum checksum = Checksum.UNSIGNED;
    private LongNames longNames = LongNames.CUT;
    private boolean base256;
    private boolean padded = true;
    private byte paddingByte;
    private final List<Raw> overrides = new ArrayList<>();
    private final ByteArrayOutputStream paxRecords = new ByteArrayOutputStream();
    private final Map<String, ByteString> paxValues = new LinkedHashMap<>();

    private TarEntry(char type, byte[] name) {
        this.type = type;
        this.name = name;
    }

    /** Starts an entry of any type flag. */
    public static TarEntry of(char type, String name) {
        return new TarEntry(type, utf8(name));
    }

    /** Starts an entry of any type flag, whose name need not be text. */
    public static TarEntry of(char type, ByteString name) {
        return new TarEntry(type, name.toByteArray());
    }

    /** Starts a regular file. */
    public static TarEntry file(String name, byte[] body) {
        return of('0', name).body(body);
    }

    /** Starts a regular file with text in it. */
    public static TarEntry file(String name, String text) {
        return file(name, utf8(text));
    }

    /** Starts a directory of mode 0755. */
    public static TarEntry directory(String name) {
        return of('5', name).mode(0755);
    }

    /** Starts a symbolic link. */
    public static TarEntry symlink(String name, String target) {
        return of('2', name).mode(0777).link(target);
    }

    /** Starts a hard link. */
    public static TarEntry hardLink(String name, String target) {
        return of('1', name).link(target);
    }

    /** Starts a character device. */
    public static TarEntry characterDevice(String name, int major, int minor) {
        return of('3', name).device(major, minor);
    }

    /** Starts a block device. */
    public static TarEntry blockDevice(String name, int major, int minor) {
        return of('4', name).device(major, minor);
    }

    /** Starts a FIFO. */
    public static TarEntry fifo(String name) {
        return of('6', name);
    }

    /** Sets the mode field. */
    public TarEntry mode(long value) {
        mode = value;
        return this;
    }

    /** Sets the owner fields. */
    public TarEntry owner(long uidValue, long gidValue) {
        uid = uidValue;
        gid = gidValue;
        return this;
    }

    /** Sets the mtime field, in seconds. */
    public TarEntry mtime(long seconds) {
        mtime = seconds;
        return this;
    }

    /** Sets the link field. */
    public TarEntry link(String target) {
        link = utf8(target);
        return this;
    }

    /** Sets the link field, which need not be text. */
    public TarEntry link(ByteString target) {
        link = target.toByteArray();
        return this;
    }

    /** Sets the ustar prefix field. */
    public TarEntry prefix(String value) {
        prefix = utf8(value);
        return this;
    }

    /** Sets the ustar prefix field, which need not be text. */
    public TarEntry prefix(ByteString value) {
        prefix = value.toByteArray();
        return this;
    }

    /** Sets the device numbers. */
    public TarEntry device(long major, long minor) {
        deviceMajor = major;
        deviceMinor = minor;
        return this;
    }

    /** Sets the bytes after the header; the size field follows unless {@link #size} says otherwise. */
    public TarEntry body(byte[] bytes) {
        body = bytes.clone();
        return this;
    }

    /** Sets the size field, whatever the body is. */
    public TarEntry size(long value) {
        size = value;
        return this;
    }

    /** Chooses the dialect; ustar unless called. */
    public TarEntry format(Format value) {
        format = value;
        return this;
    }

    /** Chooses how the checksum is made. */
    public TarEntry checksum(Checksum value) {
        checksum = value;
        return this;
    }

    /** Writes all numbers in base 256. Those which do not fit in octal digits are written so anyway. */
    public TarEntry base256() {
        base256 = true;
        return this;
    }

    /** Puts long names and links into GNU {@code L} and {@code K} entries before this one. */
    public TarEntry gnuLongNames() {
        longNames = LongNames.GNU;
        return format(Format.GNU);
    }

    /** Puts name and link into PAX records {@code path} and {@code linkpath}. */
    public TarEntry paxNames() {
        longNames = LongNames.PAX;
        return this;
    }

    /** Adds a PAX record. */
    public TarEntry pax(String keyword, String value) {
        return pax(keyword, utf8(value));
    }

    /** Adds a PAX record with any bytes as its value. */
    public TarEntry pax(String keyword, byte[] value) {
        paxRecords.writeBytes(paxRecord(keyword, value));
        paxValues.put(keyword, ByteString.of(value));
        return this;
    }

    /** Adds raw bytes to the PAX header, such as a malformed record. */
    public TarEntry paxBytes(byte[] bytes) {
        paxRecords.writeBytes(bytes);
        return this;
    }

    /** Adds an extended attribute as {@code SCHILY.xattr.NAME}. */
    public TarEntry xattr(String attribute, byte[] value) {
        return pax("SCHILY.xattr." + attribute, value);
    }

    /**
     * Overwrites bytes of the header block; the checksum is made afterwards, unless the bytes are the checksum itself.
     */
    public TarEntry raw(int offset, byte... bytes) {
        overrides.add(new Raw(offset, ByteString.of(bytes)));
        return this;
    }

    /** Overwrites bytes of the header block with ASCII text. */
    public TarEntry raw(int offset, String text) {
        return raw(offset, ascii(text));
    }

    /** Fills the last block with a byte other than zero. */
    public TarEntry paddingByte(int value) {
        paddingByte = (byte) value;
        return this;
    }

    /** Ends the entry with the body's last byte, not at a block's end. */
    public TarEntry unpadded() {
        padded = false;
        return this;
    }

    /** Returns what a table of contents would say of the entry. */
    EntryFacts facts() {
        return new EntryFacts(
                type,
                ByteString.of(name),
                ByteString.of(link),
                mode,
                uid,
                gid,
                mtime,
                deviceMajor,
                deviceMinor,
                ByteString.of(body),
                paxValues);
    }

    /** Returns all bytes: extension entries, header, body and padding. */
    public byte[] toByteArray() {
        var out = new ByteArrayOutputStream();
        if (longNames == LongNames.GNU) {
            if (link.length > 100) {
                out.writeBytes(gnuLong('K', link));
            }
            if (name.length > 100) {
                out.writeBytes(gnuLong('L', name));
            }
        } else if (longNames == LongNames.PAX) {
            pax("path", name);
            if (link.length > 0) {
                pax("linkpath", link);
            }
        }
        if (paxRecords.size() > 0) {
            out.writeBytes(
                    of('x', "PaxHeaders/entry").body(paxRecords.toByteArray()).toByteArray());
        }
        out.writeBytes(header());
        out.writeBytes(body);
        if (padded) {
            out.writeBytes(padding(body.length, paddingByte));
        }
        return out.toByteArray();
    }

    private static byte[] gnuLong(char type, byte[] text) {
        return of(type, "././@LongLink")
                .format(Format.GNU)
                .mtime(0)
                .body(Arrays.copyOf(text, text.length + 1))
                .toByteArray();
    }

    private byte[] header() {
        var header = new byte[BLOCK_BYTES];
        put(header, 0, 100, name);
        put(header, LINK, 100, link);
        put(header, PREFIX, 155, prefix);
        header[TYPE] = (byte) type;
        var numbers = new ArrayList<>(List.of(
                new NumberField(MODE, 8, mode),
                new NumberField(UID, 8, uid),
                new NumberField(GID, 8, gid),
                new NumberField(SIZE, 12, size >= 0 ? size : body.length),
                new NumberField(MTIME, 12, mtime)));
        if (format != Format.V7) {
            header(header, numbers);
        }
        numbers.forEach(number -> number.put(header, base256));
        overrides.forEach(raw -> raw.bytes.copyTo(header, raw.offset));
        if (overrides.stream().noneMatch(raw -> raw.offset >= CHECKSUM && raw.offset < TYPE)) {
            putChecksum(header);
        }
        return header;
    }

    private void header(byte[] header, List<NumberField> numbers) {
        put(header, MAGIC, 8, ascii(format == Format.GNU ? "ustar  \0" : "ustar\00000"));
        if (type == '3' || type == '4') {
            numbers.add(new NumberField(DEVICE_MAJOR, 8, deviceMajor));
            numbers.add(new NumberField(DEVICE_MINOR, 8, deviceMinor));
        }
    }

    private void putChecksum(byte[] header) {
        Arrays.fill(header, CHECKSUM, TYPE, (byte) ' ');
        int sum = checksum == Checksum.WRONG ? 1 : 0;
        for (byte b : header) {
            sum += checksum == Checksum.SIGNED ? b : b & 0xff;
        }
        put(header, CHECKSUM, 8, ascii("%06o\0 ".formatted(sum)));
    }

    private static void put(byte[] header, int offset, int width, byte[] bytes) {
        System.arraycopy(bytes, 0, header, offset, Math.min(width, bytes.length));
    }

    /** Returns a PAX record, with its length in front. */
    public static byte[] paxRecord(String keyword, byte[] value) {
        byte[] key = utf8(keyword);
        int rest = key.length + value.length + 3;
        int length = rest + Integer.toString(rest).length();
        length = rest + Integer.toString(length).length();
        var out = new ByteArrayOutputStream();
        out.writeBytes(ascii(length + " "));
        out.writeBytes(key);
        out.write('=');
        out.writeBytes(value);
        out.write('\n');
        return out.toByteArray();
    }

    static byte[] padding(int lengthBytes, byte fill) {
        var padding = new byte[Math.floorMod(-lengthBytes, BLOCK_BYTES)];
        Arrays.fill(padding, fill);
        return padding;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
