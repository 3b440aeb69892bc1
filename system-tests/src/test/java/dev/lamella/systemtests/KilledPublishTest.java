package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.testkit.SeededRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of publish at random moments: never a visible volume that is not whole; the next publish completes and cleans up. */
@Tag("system")
class KilledPublishTest extends WithMachine {

    private static final int KILLS = Integer.getInteger("lamella.kills", 200);

    private final SeededRandom random;
    private final long seed = Long.getLong("lamella.fuzz.seed", System.nanoTime());
    private final String reference;
    private final PublishedStore store;

    KilledPublishTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
        random = new SeededRandom(seed);
        reference = registry.push("test/killed", "1", PublishedStore.image());
        store = new PublishedStore(machine.directory());
    }

    @Test
    void nothingHalfMadeIsEverVisible() throws Exception {
        long start = System.nanoTime();
        machine.lamella("publish", reference);
        long wholeMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        removeStore();
        int ended = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process publish = machine.startLamella("publish", reference);
            boolean exited = publish.waitFor(random.nextInt((int) wholeMillis + 50), TimeUnit.MILLISECONDS);
            publish.destroyForcibly().waitFor();
            store.requireWholeOrInvisible("kill %d, seed %d".formatted(kill, seed));
            if (exited) {
                assertThat(publish.exitValue())
                        .as("kill %d, seed %d", kill, seed)
                        .isZero();
                ended++;
            }
            if (exited || random.oneIn(10)) {
                machine.lamella("publish", reference);
                assertThat(store.drafts()).as("kill %d, seed %d", kill, seed).isEmpty();
                assertThat(machine.lamella("images")).contains("test/killed:1");
                removeStore();
            }
        }
        assertThat(ended)
                .as("publications that ended before they were killed, of %d", KILLS)
                .isLessThan(KILLS / 2);
        machine.lamella("publish", reference);
        assertThat(machine.lamella("verify", "--all")).startsWith("sound: 3 layers");
        assertThat(store.drafts()).isEmpty();
    }

    private void removeStore() throws IOException, InterruptedException {
        Shell.out(java.util.Map.of(), List.of("rm", "-rf", store.path().toString()));
    }
}
