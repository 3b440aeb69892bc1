package dev.lamella.tar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Extent;
import dev.lamella.testkit.TarEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LargeLayerTest {

    private static final int ENTRIES = 300_000;
    private static final long HEAP_BYTES_PER_ENTRY_MAX = 400;

    /** Makes entries as they are asked for. */
    private static final class Generated extends InputStream {
        private byte[] entry = {};
        private int at;
        private int next;

        @Override
        public int read() {
            throw new UnsupportedOperationException("only whole buffers are read");
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (at == entry.length) {
                if (next == ENTRIES) {
                    return -1;
                }
                entry = TarEntry.file("usr/share/d%d/file-%d".formatted(next / 100, next), "content")
                        .mtime(next)
                        .toByteArray();
                next++;
                at = 0;
            }
            int count = Math.min(length, entry.length - at);
            System.arraycopy(entry, at, target, offset, count);
            at += count;
            return count;
        }
    }

    @Test
    void manyEntriesTakeLittleMemory() throws IOException {
        long before = usedBytes();
        LayerTree tree = LayerReader.read(new Generated(), OutputStream.nullOutputStream(), TarLimits.DEFAULT);
        long perEntry = (usedBytes() - before) / ENTRIES;
        assertThat(tree.counts().entries()).isEqualTo(ENTRIES);
        assertThat(perEntry).as("heap bytes per entry").isLessThan(HEAP_BYTES_PER_ENTRY_MAX);
        assertThat(tree.root().entries()).hasSize(1);
    }

    @Test
    void contentTakesNoMemoryAndIsReadInLargePieces() throws IOException {
        long size = 3L << 30;
        byte[] header = TarEntry.file("f", "").size(size).toByteArray();
        var counting = new InputStream() {
            private long position;
            private long calls;

            @Override
            public int read() {
                throw new UnsupportedOperationException("only whole buffers are read");
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                calls++;
                int count = (int) Math.min(length, header.length + size - position);
                if (position < header.length) {
                    count = Math.min(count, header.length - (int) position);
                    System.arraycopy(header, (int) position, target, offset, count);
                } else {
                    Arrays.fill(target, offset, offset + Math.min(count, 1), (byte) 1);
                }
                position += count;
                return count == 0 ? -1 : count;
            }
        };
        LayerTree tree = LayerReader.read(counting, OutputStream.nullOutputStream(), TarLimits.DEFAULT);
        assertThat(tree.root().entries().values())
                .first()
                .hasFieldOrPropertyWithValue("extents", List.of(new Extent(0, size, Extent.Source.DATA, 512)));
        assertThat(counting.calls).isLessThan(size / 65_536 + 10);
    }

    private static long usedBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
