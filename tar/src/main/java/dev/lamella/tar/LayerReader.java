package dev.lamella.tar;

import dev.lamella.filetree.Extent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

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
        var input = new TarInput(tar, limits.tarBytesMax());
        var entries = new EntryReader(input, limits);
        var content = new ContentReader(input, stored, limits);
        var builder = new LayerBuilder(limits);
        for (LayerEntry entry = entries.next(); entry != null; entry = entries.next()) {
            List<Extent> extents = entry.type() == '0' ? content.read(entry) : List.of();
            builder.add(entry, extents);
        }
        input.drain();
        return builder.finish(content.storedBytes(), input.position());
    }
}
