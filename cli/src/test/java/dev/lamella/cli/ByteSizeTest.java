package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteSizeTest {

    @Test
    void readsAndWrites() {
        assertThat(ByteSize.parse("1KiB")).contains(1024L);
        assertThat(ByteSize.parse("1kB")).contains(1000L);
        assertThat(ByteSize.parse("7")).contains(7L);
        assertThat(ByteSize.parse("7B")).contains(7L);
        assertThat(ByteSize.parse("0.5MiB")).contains(512L << 10);
        for (String wrong : new String[] {"", "GiB", "1 2", "1XB", "-1", "1e3", "1.GiB", "0x10"}) {
            assertThat(ByteSize.parse(wrong)).as(wrong).isEmpty();
        }
        for (long bytes : new long[] {0, 1, 1000, 1024, 5L << 20, 3L << 30, 1L << 40, (1L << 30) + 1}) {
            assertThat(ByteSize.parse(ByteSize.exact(bytes))).contains(bytes);
        }
        assertThat(ByteSize.exact(10L << 30)).isEqualTo("10GiB");
        assertThat(ByteSize.mebibytes(43_306_189)).isEqualTo("41.3 MiB");
    }
}
