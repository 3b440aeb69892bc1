package dev.lamella.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
@Timeout(60)
class NativeThreadTest {

    @TempDir
    Path directory;

    @Test
    void aReadThatWaitsIsEnded() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        var reader = new CompletableFuture<NativeThread>();
        var result = new CompletableFuture<Long>();
        try (Descriptor open = Descriptor.device(pipe)) {
            Thread.ofPlatform().start(() -> {
                try {
                    reader.complete(NativeThread.current());
                    result.complete(open.read(Arena.ofAuto().allocate(1)));
                } catch (LinuxException e) {
                    reader.completeExceptionally(e);
                }
            });
            NativeThread thread = reader.get();
            while (!result.isDone()) {
                thread.wakeUp();
                Thread.sleep(1);
            }
            assertThat(result.get()).isEqualTo(-Errno.EINTR);
        }
    }
}
