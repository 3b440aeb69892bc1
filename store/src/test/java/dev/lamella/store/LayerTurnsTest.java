package dev.lamella.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
@Timeout(60)
class LayerTurnsTest {

    private static final Digest LAYER = Digest.sha256Of(new byte[] {1});
    private static final Digest OTHER = Digest.sha256Of(new byte[] {2});

    @TempDir
    private Path directory;

    /** Takes a turn, says so, and keeps it until it is killed: {@code Holder FILE}. */
    static final class Holder {

        private Holder() {}

        /** Runs it. */
        public static void main(String[] arguments) throws Exception {
            Optional<FileLock> turn = LayerTurns.take(Path.of(arguments[0]), LAYER, 0);
            System.out.println(turn.isPresent() ? "taken" : "not taken");
            Thread.sleep(60_000);
        }
    }

    private Path file() {
        return directory.resolve("turns.lock");
    }

    private static boolean take(Path file, Digest layer) throws IOException {
        Optional<FileLock> turn = LayerTurns.take(file, layer, 0);
        if (turn.isPresent()) {
            turn.get().release();
        }
        return turn.isPresent();
    }

    @Test
    void aLayerHasOneTurnAtATimeInAProcess() throws IOException {
        FileLock turn = LayerTurns.take(file(), LAYER, 0).orElseThrow();
        assertThat(take(file(), LAYER)).isFalse();
        assertThat(take(file(), OTHER)).isTrue();
        turn.release();
        assertThat(take(file(), LAYER)).isTrue();
    }

    @Test
    void anotherProcessHasItsTurnUntilItIsKilled() throws Exception {
        Process holder = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        file().toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = holder.inputReader()) {
            assertThat(output.readLine()).isEqualTo("taken");
            assertThat(take(file(), LAYER)).isFalse();
            assertThat(take(file(), OTHER)).isTrue();
            holder.toHandle().destroyForcibly();
            assertThat(LayerTurns.take(file(), LAYER, 10_000)).isPresent();
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }
}
