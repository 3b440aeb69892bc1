package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.testkit.TestRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A registry and a machine for each test, gone after it; what a test ends itself ends before them. */
abstract class WithMachine {

    final TestRegistry registry = TestRegistry.start();
    final Machine machine;

    WithMachine(Path directory) throws IOException, InterruptedException {
        machine = new Machine(directory, registry);
    }

    /** Requires that two engines, one of which has pulled it plainly, call an image the same. */
    final void requireAsPlainlyPulled(String suite, String engine, String reference)
            throws IOException, InterruptedException {
        for (String format : List.of("{{.Digest}} {{.Id}}", "{{.RootFS.Layers}}")) {
            assertThat(machine.in(suite, engine, "podman", "image", "inspect", "--format", format, reference))
                    .isEqualTo(machine.in(suite, "plain", "podman", "image", "inspect", "--format", format, reference));
        }
    }

    @AfterEach
    final void endMachine() throws IOException, InterruptedException {
        machine.close();
        registry.close();
    }
}
