package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelChecksTest {

    @TempDir
    private Path root;

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private List<Check.Verdict> verdicts() {
        return new KernelChecks(root).run().stream().map(Check::verdict).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "6.12.0-amd64, false, OK",
        "6.18.44, false, OK",
        "10.0.1, false, OK",
        "6.11.3, true, OK",
        "6.4.0, true, OK",
        "6.4.0, false, FAIL",
        "6.1.0-42-amd64, true, FAIL",
        "5.10.0, true, FAIL",
        "odd, true, WARN"
    })
    void kernel(String release, boolean loop, Check.Verdict verdict) throws Exception {
        write("proc/sys/kernel/osrelease", release + "\n");
        if (loop) {
            write("dev/loop-control", "");
        }
        assertThat(verdicts().getFirst()).isEqualTo(verdict);
    }

    @Test
    void erofsAndPermission() throws Exception {
        write("proc/sys/kernel/osrelease", "6.12.1\n");
        assertThat(verdicts()).containsExactly(Check.Verdict.OK, Check.Verdict.FAIL, Check.Verdict.FAIL);
        Files.createDirectories(root.resolve("lib/modules/6.12.1/kernel/fs/erofs"));
        write("proc/self/status", "Name:\tx\nCapEff:\t0000000000200000\n");
        assertThat(verdicts()).containsExactly(Check.Verdict.OK, Check.Verdict.OK, Check.Verdict.OK);
        write("proc/self/status", "CapEff:\t000001ffffdfffff\n");
        write("proc/filesystems", "nodev\tproc\n\terofs\n");
        assertThat(verdicts()).containsExactly(Check.Verdict.OK, Check.Verdict.OK, Check.Verdict.FAIL);
    }

    @ParameterizedTest
    @CsvSource({
        "podman version 4.3.1, OK, about 50",
        "podman version 5.8.6, OK, 500",
        "podman version 4.4.0-dev, OK, 500",
        "podman version 3.0.1, WARN, older",
        "something else, WARN, unknown"
    })
    void podman(String said, Check.Verdict verdict, String part) {
        Check check = EngineChecks.podman(Optional.of(said));
        assertThat(check.verdict()).isEqualTo(verdict);
        assertThat(check.detail()).contains(part);
    }

    @Test
    void noPodman() {
        assertThat(EngineChecks.podman(Optional.empty()).verdict()).isEqualTo(Check.Verdict.WARN);
    }
}
