package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, with Java installations that only say how they were called. */
@Tag("integration")
class LauncherTest {

    private static final long SECONDS_MAX = 30;

    private final Path directory;
    private final Path launcher;

    LauncherTest(@TempDir Path directory) throws Exception {
        this.directory = directory.toRealPath();
        Path home = this.directory.resolve("opt/la mella");
        launcher = home.resolve("bin/lamella");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.createFile(home.resolve("lib/picocli-1.jar"));
        Files.copy(Path.of("..", "packaging", "launcher"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
    }

    private Path java(String name, String release) throws IOException {
        Path home = directory.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"%s\"\n".formatted(release));
        Path java = Files.writeString(home.resolve("bin/java"), "#!/bin/sh\necho " + name + " \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return home;
    }

    private Run launch(Path command, Map<String, String> variables, String... arguments) throws Exception {
        var line = new ArrayList<>(List.of(command.toString()));
        line.addAll(List.of(arguments));
        var builder = new ProcessBuilder(line);
        var environment = new HashMap<>(Map.of("PATH", "/usr/bin:/bin"));
        environment.putAll(variables);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        return new Run(
                process.exitValue(),
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8),
                new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void followsLinksAndPassesArgumentsOn() throws Exception {
        Path java = java("java25", "25.0.1");
        Path first = Files.createSymbolicLink(directory.resolve("first"), launcher);
        Path second = Files.createSymbolicLink(directory.resolve("second"), first.getFileName());
        for (Path command : new Path[] {launcher, first, second}) {
            Run run = launch(command, Map.of("LAMELLA_JAVA_HOME", java.toString()), "inspect", "a b");
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.out())
                    .startsWith("java25 --enable-native-access=ALL-UNNAMED ")
                    .contains("-XX:TieredStopAtLevel=1 ", "-cp " + directory + "/opt/la mella/lib/* ")
                    .endsWith(" dev.lamella.cli.Lamella inspect a b\n")
                    .doesNotContain("AOTCache");
        }
    }

    @Test
    void takesTheFirstJavaThatFits() throws Exception {
        Path old = java("old", "17.0.2");
        Path fits = java("fits", "26");
        Map<String, String> variables = Map.of("JAVA_HOME", fits.toString());
        assertThat(launch(launcher, variables, "version").out()).startsWith("fits ");
        Run named = launch(launcher, Map.of("LAMELLA_JAVA_HOME", old.toString()), "version");
        assertThat(named.code()).isEqualTo(78);
        assertThat(named.err()).isEqualTo("lamella: LAMELLA_JAVA_HOME=" + old + " holds no Java 25 or later\n");
        // An old JAVA_HOME is not an error: the search goes on.
        assertThat(launch(launcher, Map.of("JAVA_HOME", old.toString()), "version")
                        .out())
                .doesNotStartWith("old ");
    }

    @Test
    void usesTheCacheIfThereIsOneAndTheCompilerForLongWork() throws Exception {
        Path cache =
                Files.createFile(launcher.resolveSibling("../lib/lamella.aot").normalize());
        Map<String, String> variables =
                Map.of("LAMELLA_JAVA_HOME", java("java25", "25").toString(), "LAMELLA_JAVA_OPTIONS", "-Dx=1 -Xmx1g");
        assertThat(launch(launcher, variables, "publish", "x").out())
                .contains(" -XX:AOTCache=" + cache, "-XX:TieredStopAtLevel=4", " -Dx=1 -Xmx1g -cp ");
    }

    @Test
    void incompleteInstallation() throws Exception {
        Path lonely = Files.copy(launcher, directory.resolve("lamella"), StandardCopyOption.COPY_ATTRIBUTES);
        Run run = launch(lonely, Map.of(), "version");
        assertThat(run.code()).isEqualTo(78);
        assertThat(run.err()).contains("the installation is incomplete");
    }
}
