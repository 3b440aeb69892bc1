package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code lamella publish} on a disk that has no room: one error, nothing half-made to see, and the next publish completes. */
@Tag("system")
class FullDiskTest extends WithMachine {

    private final PublishedStore store;

    FullDiskTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
        store = new PublishedStore(directory);
    }

    /** From too small for the first layer to too small for the last; then a disk with room but no more inodes. */
    @ParameterizedTest
    @ValueSource(strings = {"size=1m", "size=3m", "size=5m", "size=6m", "size=64m,nr_inodes=20"})
    void publishSaysSoAndNothingIsVisible(String limit) throws Exception {
        Files.createDirectories(store.path());
        mount("-t", "tmpfs", "-o", limit, "tmpfs", store.path().toString());
        String reference = registry.push("test/full", "1", PublishedStore.image());

        Shell.Result full = machine.tryLamella("publish", reference);
        assertThat(full.code()).as(full.err()).isEqualTo(73);
        assertThat(full.err().lines().filter(line -> line.startsWith("lamella: ")))
                .hasSize(1);
        assertThat(full.err()).contains(reference).containsAnyOf("No space left", "free");
        store.requireWholeOrInvisible(limit);
        assertThat(machine.lamella("images", "--json")).isEqualTo("{\"images\":[]}");

        mount("-o", "remount,size=64m,nr_inodes=1000", store.path().toString());
        machine.lamella("publish", reference);
        assertThat(machine.lamella("verify", "--all")).startsWith("sound: 3 layers");
        assertThat(store.drafts()).isEmpty();
    }

    private static void mount(String... options) throws Exception {
        var command = new ArrayList<>(List.of("mount"));
        command.addAll(List.of(options));
        Shell.out(Map.of(), command);
    }
}
