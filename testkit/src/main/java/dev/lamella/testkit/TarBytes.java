package dev.lamella.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;

/**
 * Builds a raw tar stream: a row of entries, then whatever end the test wants.
 *
 * <pre>{@code
 * byte[] tar = new TarBytes()
 *         .directory("usr/")
 *         .file("usr/true", "#!")
 *         .add(TarEntry.file("usr/ping", "x").xattr("security.capability", bytes))
 *         .whiteout("etc/motd")
 *         .end();
 * }</pre>
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">POSIX, pax and ustar formats</a>
 * @see <a href="https://www.gnu.org/software/tar/manual/html_node/Tar-Internals.html">GNU tar's formats</a>
 */
public final class TarBytes {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Starts an empty stream. */
    public TarBytes() {}

    /** Adds an entry. */
    public TarBytes add(TarEntry entry) {
        return raw(entry.toByteArray());
    }

    /** Adds a file with holes. */
    public TarBytes add(SparseFile file, SparseFile.Format format) {
        return raw(file.toByteArray(format));
    }

    /** Adds a directory of mode 0755. */
    public TarBytes directory(String name) {
        return add(TarEntry.directory(name));
    }

    /** Adds a regular file of mode 0644. */
    public TarBytes file(String name, String text) {
        return add(TarEntry.file(name, text));
    }

    /** Adds a regular file of mode 0644. */
    public TarBytes file(String name, byte[] body) {
        return add(TarEntry.file(name, body));
    }

    /** Adds a symbolic link. */
    public TarBytes symlink(String name, String target) {
        return add(TarEntry.symlink(name, target));
    }

    /** Adds a hard link. */
    public TarBytes hardLink(String name, String target) {
        return add(TarEntry.hardLink(name, target));
    }

    /** Adds the OCI whiteout of a path: an empty file whose last component has {@code .wh.} before it. */
    public TarBytes whiteout(String path) {
        int slash = path.lastIndexOf('/') + 1;
        return file(path.substring(0, slash) + ".wh." + path.substring(slash), "");
    }

    /** Adds the OCI mark of an opaque directory. */
    public TarBytes opaque(String directory) {
        return file(directory.isEmpty() ? ".wh..wh..opq" : directory + "/.wh..wh..opq", "");
    }

    /** Adds a PAX global header of one record. */
    public TarBytes globalPax(String keyword, String value) {
        return add(TarEntry.of('g', "pax_global_header").body(TarEntry.paxRecord(keyword, TarEntry.utf8(value))));
    }

    /** Adds any bytes. */
    public TarBytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** Returns the number of bytes so far: the offset of the next entry. */
    public int sizeBytes() {
        return out.size();
    }

    /** Returns the bytes without an end-of-archive mark. */
    public byte[] withoutEnd() {
        return out.toByteArray();
    }

    /** Returns the bytes with an end-of-archive mark of two zero blocks. */
    public byte[] end() {
        var ended = new ByteArrayOutputStream();
        ended.writeBytes(out.toByteArray());
        ended.writeBytes(new byte[2 * TarEntry.BLOCK_BYTES]);
        return ended.toByteArray();
    }

    /** Returns the stream of {@link #end}. */
    public ByteArrayInputStream stream() {
        return new ByteArrayInputStream(end());
    }
}
