package dev.lamella.fuse.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short soak; the long one is {@code benchmarks/fuse soak}. */
@Tag("system")
class SoakTest {

    private static final long REQUESTS = 200_000;
    private static final long HEAP_GROWTH_BYTES_MAX = 4 << 20;

    @TempDir
    Path directory;

    @Test
    @Timeout(300)
    void nothingGrows() throws Exception {
        Soak soak = Soak.run(directory, REQUESTS);
        assertThat(soak.requests()).isGreaterThanOrEqualTo(REQUESTS);
        assertThat(soak.after().descriptors()).isLessThanOrEqualTo(soak.before().descriptors() + 4);
        assertThat(soak.after().nodes()).isLessThanOrEqualTo(60);
        assertThat(soak.after().heapBytes())
                .as("%s", soak)
                .isLessThan(soak.before().heapBytes() + HEAP_GROWTH_BYTES_MAX);
    }
}
