package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that one does with an image of two layers from the layer store, by an engine that has nothing else. Every command must have nothing to say on
 * standard error, and the uses of layers must be right.
 *
 * @param machine its node runs, with a layer store
 * @param suite whose Podman it is
 * @param reference an image that prints {@code /etc/motd}
 * @param motd what that is
 */
record ImageTour(Machine machine, String suite, String reference, String motd) {

    /** The engine's name. */
    static final String ENGINE = "asking";

    /** {@code system reset} of 5.4 would remove a directory that is a mount here. */
    private static final String OF_THE_TEST_BED =
            "time=\\S+ level=error msg=\"unlinkat /var/lib/containers/cache: device or resource busy\"\\n";

    /** Runs a script beside Podman. */
    String quietly(String script) throws Exception {
        Shell.Result result = machine.tryIn(suite, ENGINE, "sh", "-c", script);
        assertThat(result.err().replaceAll(OF_THE_TEST_BED, "")).as(script).isEmpty();
        assertThat(result.code()).as(script).isZero();
        return result.out().strip();
    }

    /** Requires that each layer in use is used so often, by what engines said and by what is in their stores. */
    void requireUses(Integer... expected) throws Exception {
        var counts = new ArrayList<Integer>();
        for (JsonNode use : JsonMapper.shared()
                .readTree(machine.lamella("layers", "--uses", "--json"))
                .path("uses")) {
            assertThat(use.path("counted").intValue())
                    .as(use.toString())
                    .isEqualTo(use.path("inStores").intValue());
            counts.add(use.path("counted").intValue());
        }
        assertThat(counts).containsExactly(expected);
    }

    void pullAndRun() throws Exception {
        quietly("podman pull -q " + reference);
        assertThat(quietly("podman run --rm " + reference)).isEqualTo(motd);
        requireUses(1, 1);
    }

    void saveBuildAndCommit() throws Exception {
        Path directory = machine.directory();
        quietly("podman save -q -o %s/saved.tar %s".formatted(directory, reference));
        Files.writeString(
                directory.resolve("Containerfile"),
                "FROM " + reference + "\nRUN [\"/bin/sh\", \"-c\", \"echo built > /etc/built\"]\n");
        quietly("podman build -q -t localhost/built -f %1$s/Containerfile %1$s".formatted(directory));
        assertThat(quietly("podman run --rm localhost/built /bin/cat /etc/built"))
                .isEqualTo("built");
        quietly("podman create -q --name changed %s /bin/sh -c 'echo more >> /etc/motd' && podman start -a changed"
                .formatted(reference));
        quietly("podman commit -q changed localhost/committed && podman rm changed");
        assertThat(quietly("podman run --rm localhost/committed /bin/cat /etc/motd"))
                .isEqualTo(motd + "\nmore");
        quietly("podman rmi localhost/built localhost/committed > /dev/null");
        requireUses(1, 1);
    }

    /** Pushes where no blob of the image is, so that each has to be made of what the layer store holds. Returns what a plain pull of that has. */
    void pushToAnEmptyRegistry() throws Exception {
        var empty = new EmptyRegistry(machine.directory().resolve("empty"));
        try {
            String pushed = empty.address() + "/copied/image:2";
            quietly("podman push -q --tls-verify=false %s %s".formatted(reference, pushed));
            machine.engine("plain", false);
            machine.in(suite, "plain", "podman", "pull", "-q", "--tls-verify=false", pushed);
            assertThat(machine.in(suite, "plain", "podman", "run", "--rm", pushed))
                    .isEqualTo(motd);
        } finally {
            empty.stop();
        }
    }

    void removeAndReset() throws Exception {
        quietly("podman rmi " + reference);
        requireUses();
        pullAndRun();
        quietly("podman system reset -f");
        requireUses();
        assertThat(machine.nodeLog()).doesNotContain("WARN", "ERROR", "\tat ");
    }

    void all() throws Exception {
        pullAndRun();
        saveBuildAndCommit();
        pushToAnEmptyRegistry();
        removeAndReset();
    }

    /** Returns requests for blobs among lines of a registry's log that were not Lamella's. */
    static List<String> fetchedByOthers(List<String> log, List<?> blobs) {
        return log.stream()
                .filter(line -> !line.contains("\"lamella/"))
                .filter(line ->
                        blobs.stream().anyMatch(blob -> line.contains("\"GET ") && line.contains(blob.toString())))
                .toList();
    }
}
