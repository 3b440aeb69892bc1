package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TestRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code lamella gc} in this process, after images were published from a registry. */
@Tag("integration")
class GcCommandTest {

    private static final byte[] BASE = layer("base");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final TestRegistry registry = TestRegistry.start();
    private final Installation lamella;
    private final OciImage first = OciImages.oci(BASE, layer("first"));
    private final OciImage second = OciImages.oci(BASE, layer("second"));

    GcCommandTest(@TempDir Path directory) throws Exception {
        lamella = Installation.in(directory, registry);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private static byte[] layer(String name) {
        return new TarBytes()
                .directory("etc/")
                .file("etc/" + name, name.repeat(1000))
                .end();
    }

    /** Publishes an image, and then another under the same name. */
    private void moveTag() {
        String reference = registry.push("test/moving", "1", first);
        assertThat(lamella.run("publish", reference).code()).isZero();
        registry.push("test/moving", "1", second);
        assertThat(lamella.run("publish", reference).code()).isZero();
    }

    @Test
    void whatLostItsNameWaitsAndGoes() {
        moveTag();
        Run waiting = lamella.run("gc");
        assertThat(waiting.code()).as(waiting.err()).isZero();
        assertThat(waiting.out())
                .contains(
                        "waiting image " + first.digest(),
                        "waiting layer " + first.diffIds().getLast())
                .contains("kept 1 image: a reference leads to it\n", "kept 2 layers: a reference leads to it\n")
                .endsWith("removed 0 images, 0 layers, 0.0 MiB; waiting: 1 image, 1 layer, 0.0 MiB\n");
        Run foretold = lamella.run("gc", "--dry-run", "--grace", "0s");
        assertThat(foretold.out())
                .contains("would remove layer " + first.diffIds().getLast());
        assertThat(lamella.run("layers").out().lines()).hasSize(4);

        JsonNode gone =
                JSON.readTree(lamella.run("gc", "--grace", "0s", "--json").out());
        assertThat(gone.path("graceSeconds").asInt()).isZero();
        assertThat(gone.path("removed")
                        .valueStream()
                        .map(node -> node.path("kind").asString()))
                .containsExactlyInAnyOrder("IMAGE", "VOLUME", "BLOB_RECORD");
        assertThat(gone.path("kept").path(0).path("reason").asString()).isEqualTo("REFERENCE");
        assertThat(gone.path("removedBytes").asLong()).isPositive();
        assertThat(lamella.run("layers").out().lines()).hasSize(3);
        assertThat(lamella.run("images").out().lines()).hasSize(2);
        assertThat(lamella.run("verify", "--all").code()).isZero();
    }

    @Test
    void theGraceTimeIsConfigured() throws Exception {
        lamella.configure("gc.grace = \"0s\"\n");
        moveTag();
        assertThat(lamella.run("gc").out()).contains("removed 1 image, 1 layer");
    }

    @Test
    void whatCannotBeReadIsSaidAndKeepsTheRest() throws Exception {
        moveTag();
        String digits = second.digest().hex();
        Files.delete(lamella.store()
                .resolve("images/sha256")
                .resolve(digits.substring(0, 2))
                .resolve(digits)
                .resolve("image.json"));
        Run run = lamella.run("gc", "--grace", "0s");
        assertThat(run.code()).isEqualTo(65);
        assertThat(run.err()).startsWith("lamella: warning: image sha256:").contains("may need any layer");
        assertThat(run.out()).contains("kept 3 layers: something that cannot be read might need it\n");
        assertThat(lamella.run("layers").out().lines()).hasSize(4);
    }

    @Test
    void leasesKeepLayersFromRmAndGc() throws Exception {
        String reference = registry.push("test/leased", "1", first);
        assertThat(lamella.run("publish", reference).code()).isZero();
        Files.writeString(
                lamella.store().resolve("leases/node-elsewhere"),
                "{\"lease\":\"node-elsewhere\",\"holder\":\"a node\",\"expires\":\"%s\",\"images\":[],\"layers\":[\"%s\"]}"
                        .formatted(
                                Instant.ofEpochSecond(Instant.now().getEpochSecond() + 3600),
                                first.diffIds().getLast()));
        Run removed = lamella.run("rm", reference);
        assertThat(removed.out())
                .isEqualTo(
                        "removed %s: 1 image, 1 layer, 0.0 MiB; 1 more in use elsewhere, which lamella gc removes later\n"
                                .formatted(reference));
        assertThat(lamella.run("gc", "--grace", "0s").out()).contains("kept 1 layer: a lease needs it\n");
        Files.delete(lamella.store().resolve("leases/node-elsewhere"));
        assertThat(lamella.run("gc", "--grace", "0s").out()).contains("removed 0 images, 1 layer");
    }

    @Test
    void anotherCollectionComesFirst() throws Exception {
        lamella.configure("limits.lock-wait-seconds = 1\n");
        moveTag();
        lamella.run("gc");
        Path lock = lamella.store().resolve("gc/lock");
        Process holder = LockHolder.start(lock); // the locks of one process do not keep it from anything
        Run run;
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("locked");
            run = lamella.run("gc");
        } finally {
            holder.destroyForcibly().waitFor();
        }
        assertThat(run.code()).as(run.err()).isEqualTo(75);
        assertThat(run.err()).contains("gc/lock: locked by another process");
    }

    @Test
    void wrongUse() {
        Run none = lamella.run("gc");
        assertThat(none.code()).isEqualTo(66);
        assertThat(none.err()).contains("no volume store; nothing to collect");
        Run time = lamella.run("gc", "--grace", "soon");
        assertThat(time.code()).isEqualTo(64);
        assertThat(time.err()).isEqualTo("lamella: --grace soon: expected a time such as 90s, 15m, 36h or 7d\n");
    }
}
