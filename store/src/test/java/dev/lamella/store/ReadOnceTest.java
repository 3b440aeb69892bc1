package dev.lamella.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadOnceTest {

    @TempDir
    Path directory;

    private final AtomicInteger reads = new AtomicInteger();
    private final ReadOnce<String> once = new ReadOnce<>(file -> {
        reads.incrementAndGet();
        return Files.readString(file);
    });

    @Test
    void readsAgainOnlyWhatChanged() throws Exception {
        Path file = Files.writeString(directory.resolve("a"), "one");
        Instant later = Instant.now().plusSeconds(60);
        assertThat(once.read(file, later)).isEqualTo("one");
        assertThat(once.read(file, later)).isEqualTo("one");
        assertThat(reads).hasValue(1);
        Path other = Files.writeString(directory.resolve("b"), "two");
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
        assertThat(once.read(file, later)).isEqualTo("two");
    }

    @Test
    void readsAgainWhatMayHaveChangedWithinTheClocksStep() throws Exception {
        Path file = Files.writeString(directory.resolve("a"), "one");
        Instant now = Files.getLastModifiedTime(file).toInstant();
        once.read(file, now.plusSeconds(1));
        once.read(file, now.plusSeconds(1));
        assertThat(reads).hasValue(2);
    }
}
