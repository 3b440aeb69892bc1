package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What the node tells systemd, by sd_notify(3), to a socket that is listened to in its place. */
@Tag("system")
class ServiceManagerTest extends WithMachine {

    private static final long SECONDS_MAX = 20;
    private static final int WATCHDOG_MICROS = 200_000;

    private final Path socket;
    private final Path heard;
    private final Process listener;

    ServiceManagerTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
        socket = directory.resolve("notify");
        heard = directory.resolve("heard");
        // At READY it looks at the mounts. 1 and 2 are AF_UNIX and SOCK_DGRAM.
        String listen = """
                $| = 1;
                socket($s, 1, 2, 0) or die; bind($s, pack("S a*", 1, $ARGV[0])) or die;
                print "listening\\n";
                while (defined recv $s, $said, 4096, 0) {
                  if ($said eq "READY=1") {
                    open $m, "<", "/proc/self/mounts"; $said .= " mounted=" . grep { /\\Q$ARGV[1]\\E.* erofs / } <$m>; close $m;
                  }
                  $said =~ s/\\n/ /g; print "$said\\n";
                }
                """;
        listener = new ProcessBuilder(
                        "perl", "-e", listen, socket.toString(), directory.resolve("images/overlay") + "/")
                .redirectErrorStream(true)
                .redirectOutput(heard.toFile())
                .start();
        await("listening");
    }

    @AfterEach
    void endListener() throws InterruptedException {
        listener.destroyForcibly().waitFor();
    }

    private void await(String line) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        while (heard().stream().noneMatch(said -> said.startsWith(line))) {
            assertThat(System.nanoTime())
                    .as("waited for %s, heard %s", line, heard())
                    .isLessThan(end);
            Thread.sleep(20);
        }
    }

    private List<String> heard() throws IOException {
        return Files.readAllLines(heard);
    }

    private Map<String, String> variables() {
        return Map.of("NOTIFY_SOCKET", socket.toString(), "WATCHDOG_USEC", String.valueOf(WATCHDOG_MICROS));
    }

    @Test
    void isToldWhenEverythingIsMountedAndThatTheNodeLives() throws Exception {
        machine.lamella("pull", registry.push("test/told", "1", SmallImage.named("told")));
        machine.unmountLayers();
        Process node = machine.startNode(variables());
        await("READY=1 mounted=2");
        assertThat(heard().stream().filter(said -> said.startsWith("READY"))).hasSize(1);
        Thread.sleep(TimeUnit.MICROSECONDS.toMillis(10L * WATCHDOG_MICROS));
        assertThat(heard().stream().filter("WATCHDOG=1"::equals)).hasSizeGreaterThan(10);

        Shell.signal(node.pid(), "HUP");
        await("RELOADING=1 MONOTONIC_USEC=");
        List<String> said =
                heard().stream().filter(line -> !line.startsWith("WATCHDOG")).toList();
        assertThat(said.get(2)).startsWith("RELOADING=1 MONOTONIC_USEC=");
        node.destroy();
        assertThat(node.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        await("STOPPING=1");
        assertThat(heard().stream().filter(line -> line.startsWith("READY"))).hasSize(2);
    }

    @Test
    void doesNotWaitForAStoreThatIsAway() throws Exception {
        Files.createFile(machine.directory().resolve("store"));
        Process node = machine.startUnreadyNode(variables());
        await("READY=1 mounted=0");
        await("WATCHDOG=1");
        assertThat(node.isAlive()).isTrue();
        assertThat(machine.nodeLog()).contains("the store cannot be opened");
    }
}
