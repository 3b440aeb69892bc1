package dev.lamella.volume;

import com.github.luben.zstd.Zstd;
import dev.lamella.filetree.Digest;
import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Node;
import dev.lamella.filetree.RegularFile;
import dev.lamella.testkit.TarBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** Blobs for tests, and a stand-in for the writer of indexes that is readable. */
final class Blobs {

    private Blobs() {}

    /** A layer of a few files, some larger than a block. */
    static byte[] tar() {
        byte[] large = new byte[300_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 ^ i >> 9);
        }
        return new TarBytes()
                .directory("usr/")
                .file("usr/small", "hello")
                .file("usr/large", large)
                .symlink("usr/link", "small")
                .hardLink("usr/other", "usr/small")
                .whiteout("etc/motd")
                .end();
    }

    static byte[] gzip(byte[] content) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static byte[] zstd(byte[] content) {
        return Zstd.compress(content);
    }

    static byte[] skippableFrame(int contentBytes) {
        byte[] frame = new byte[8 + contentBytes];
        frame[0] = 0x5a;
        frame[1] = 0x2a;
        frame[2] = 0x4d;
        frame[3] = 0x18;
        frame[4] = (byte) contentBytes;
        frame[5] = (byte) (contentBytes >> 8);
        return frame;
    }

    static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** Returns promises that a blob of a tar keeps. */
    static LayerSource sourceOf(byte[] blob, byte[] tar) {
        return new LayerSource(Digest.sha256Of(blob), blob.length, Digest.sha256Of(tar), Optional.empty());
    }

    /** Writes names, sizes and extents as text, then the stored bytes. */
    static void writeTextIndex(Directory root, long dataSizeBytes, MemorySegment stored, OutputStream out)
            throws IOException {
        out.write(("data " + dataSizeBytes + "\n").getBytes(StandardCharsets.UTF_8));
        writeText(root, "", out);
        out.write(stored.toArray(ValueLayout.JAVA_BYTE));
    }

    private static void writeText(Directory directory, String path, OutputStream out) throws IOException {
        for (var entry : directory.entries().entrySet()) {
            Node node = entry.getValue();
            String name = path + "/" + entry.getKey();
            String rest = node instanceof RegularFile file ? " " + file.size() + " " + file.extents() : "";
            out.write((name + " " + node.metadata() + rest + "\n").getBytes(StandardCharsets.UTF_8));
            if (node instanceof Directory below) {
                writeText(below, name, out);
            }
        }
    }
}
