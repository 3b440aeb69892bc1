package dev.lamella.tar;

import dev.lamella.filetree.Digest;
import dev.lamella.filetree.Extent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** Reads a layer's uncompressed tar as a file tree whose content stays in the tar. */
public final class LayerReader {

    private LayerReader() {}

    /**
     * Reads a tar to the end of its stream, whatever is behind the end-of-archive mark included. One pass, in memory that
     * depends on the number of entries and not on their content. Does not close anything.
     *
     * @param tar the uncompressed tar; every byte is read exactly once, in order
     * @param stored takes the blocks that cannot be used where they lie in the tar, each 512 bytes; extents of source STORED
     *     point into what was written here by this call
     * @param limits how large the layer may be
     * @return the layer's tree
     * @throws TarFormatException if the tar or the layer in it breaks a rule, {@link TarLimitException} if a limit
     * @throws IOException if a stream fails
     */
    public static LayerTree read(InputStream tar, OutputStream stored, TarLimits limits) throws IOException {
        return read(tar, stored, limits, EntryListener.NONE);
    }

    /**
     * Does the same and tells of each entry. Unless the listener is {@link EntryListener#NONE}, every file's content is hashed.
     *
     * @throws IOException also what the listener throws
     */
    public static LayerTree read(InputStream tar, OutputStream stored, TarLimits limits, EntryListener listener)
            throws IOException {
        MessageDigest hash = listener.equals(EntryListener.NONE) ? null : Digest.sha256();
        var input = new TarInput(tar, limits.tarBytesMax());
        var entries = new EntryReader(input, limits);
        var content = new ContentReader(input, stored, limits, hash);
        var builder = new LayerBuilder(limits);
        for (LayerEntry entry = entries.next(); entry != null; entry = entries.next()) {
            long bodyOffset = input.position();
            List<Extent> extents = entry.type() == '0' ? content.read(entry) : List.of();
            builder.add(entry, extents);
            if (hash != null) {
                listener.entry(told(entry, bodyOffset, hash));
            }
        }
        input.drain();
        return builder.finish(content.storedBytes(), input.position());
    }

    private static TarEntry told(LayerEntry entry, long bodyOffset, MessageDigest hash) {
        boolean hashed = entry.type() == '0' && entry.sparse() == null;
        return new TarEntry(
                entry.name(),
                entry.type(),
                entry.link(),
                entry.metadata().withXattrs(XattrReader.all(entry.pax())),
                entry.deviceMajor(),
                entry.deviceMinor(),
                entry.bodyBytes(),
                hashed ? Optional.of(Digest.ofSha256(hash.digest())) : Optional.empty(),
                entry.where().offset(),
                bodyOffset);
    }
}
