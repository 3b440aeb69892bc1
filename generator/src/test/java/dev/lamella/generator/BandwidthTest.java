package dev.lamella.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BandwidthTest {

    @Test
    void streamsShareWhatThereIs() throws Exception {
        Bandwidth bandwidth = Bandwidth.of(1_000_000);
        long start = System.nanoTime();
        Thread[] readers = new Thread[2];
        for (int i = 0; i < readers.length; i++) {
            readers[i] = Thread.ofVirtual().start(() -> {
                try (InputStream in = bandwidth.limit(new ByteArrayInputStream(new byte[400_000]))) {
                    assertThat(in.readAllBytes()).hasSize(400_000);
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
        }
        for (Thread reader : readers) {
            reader.join();
        }
        // 800,000 bytes, of which a quarter of a second's may come at once.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(500));
    }

    @Test
    void withoutALimitTheStreamIsUntouched() {
        InputStream in = new ByteArrayInputStream(new byte[1]);
        assertThat(Bandwidth.UNLIMITED.limit(in)).isSameAs(in);
    }
}
