package dev.lamella.toc;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.filetree.Timestamp;
import dev.lamella.tar.EntryListener;
import dev.lamella.tar.TarEntry;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the entries of a tar for the TOC, which comes behind them, in a stream and not in memory: there may be a
 * million.
 *
 * <p>The last entry is held back, because in eStargz it is the TOC itself.
 */
public final class EntryLog implements EntryListener {

    private final DataOutputStream out;
    private Optional<TarEntry> last = Optional.empty();
    private long written;

    /** Makes a log that writes to a stream, which should be buffered and is the caller's to close. */
    public EntryLog(OutputStream out) {
        this.out = new DataOutputStream(out);
    }

    @Override
    public void entry(TarEntry entry) throws IOException {
        flushLast();
        last = Optional.of(entry);
    }

    /** Returns the last entry of the tar, if it had any. */
    public Optional<TarEntry> last() {
        return last;
    }

    /**
     * Ends the log.
     *
     * @param withLast whether the last entry is part of it
     * @return the number of entries in the log
     */
    public long finish(boolean withLast) throws IOException {
        if (withLast) {
            flushLast();
        }
        last = Optional.empty();
        out.flush();
        return written;
    }

    private void flushLast() throws IOException {
        if (last.isPresent()) {
            write(TocEntry.of(last.get()), out);
            out.writeLong(last.get().bodyOffset());
            written++;
        }
    }

    private static void write(TocEntry entry, DataOutputStream out) throws IOException {
        writeText(entry.name(), out);
        out.writeChar(entry.type().flag());
        writeText(entry.link(), out);
        out.writeInt(entry.permissions());
        out.writeLong(entry.uid());
        out.writeLong(entry.gid());
        out.writeLong(entry.mtime().seconds());
        out.writeInt(entry.mtime().nanos());
        writeText(entry.device(), out);
        out.writeLong(entry.sizeBytes());
        writeBytes(entry.content().map(Digest::bytes).orElse(new byte[0]), out);
        out.writeInt(entry.xattrs().size());
        for (Map.Entry<String, ByteString> xattr : entry.xattrs().entrySet()) {
            writeText(xattr.getKey(), out);
            writeBytes(xattr.getValue().toByteArray(), out);
        }
    }

    private static void writeText(String text, DataOutputStream out) throws IOException {
        writeBytes(text.getBytes(StandardCharsets.UTF_8), out);
    }

    private static void writeBytes(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /**
     * What the log has of an entry.
     *
     * @param entry the entry
     * @param bodyOffset the offset of its body in the tar
     */
    record Logged(TocEntry entry, long bodyOffset) {}

    /** Reads the next entry of a log written by this class and by nobody else. */
    static Logged read(DataInputStream in) throws IOException {
        return new Logged(readEntry(in), in.readLong());
    }

    private static TocEntry readEntry(DataInputStream in) throws IOException {
        return new TocEntry(
                readText(in),
                TocEntry.Type.of(in.readChar()).orElseThrow(),
                readText(in),
                in.readInt(),
                in.readLong(),
                in.readLong(),
                new Timestamp(in.readLong(), in.readInt()),
                readText(in),
                in.readLong(),
                Optional.of(readBytes(in)).filter(hash -> hash.length > 0).map(Digest::ofSha256),
                readXattrs(in));
    }

    private static Map<String, ByteString> readXattrs(DataInputStream in) throws IOException {
        var xattrs = new HashMap<String, ByteString>();
        for (int left = in.readInt(); left > 0; left--) {
            xattrs.put(readText(in), ByteString.of(readBytes(in)));
        }
        return xattrs;
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }
}
