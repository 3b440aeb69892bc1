package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.testkit.OciImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever is wrong with mirror or node, Podman's pull works, at the latest a second after the time box; and a log says once what was wrong. */
@Tag("system")
class MirrorFaultsTest extends WithMachine {

    private static final int TIME_BOX_SECONDS = 4;
    private static final String SUITE = "bookworm";

    private final OciImage image = PublishedStore.image();
    private final String reference = registry.push("test/fault", "1", image);

    MirrorFaultsTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
    }

    @BeforeEach
    void start() throws Exception {
        machine.configure("doors.time-box-seconds = " + TIME_BOX_SECONDS);
        machine.configureMirror(registry);
        machine.engineWithMirror("mirrored");
        machine.engine("plain", false);
    }

    enum Fault {
        NODE_DOWN,
        NODE_HUNG,
        STORE_AWAY,
        STORE_FULL,
        MIRROR_DOWN
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void thePullGoesOnAsEver(Fault fault) throws Exception {
        Duration plain = pull("plain");
        String said = arrange(fault);
        registry.forgetAccesses();
        Duration took = pull("mirrored");
        if (fault == Fault.NODE_HUNG) {
            Shell.signal(machine.nodePid(), "CONT");
        }
        // What a pull takes by itself may be more at another moment of a busy machine.
        assertThat(took)
                .isLessThan(Duration.ofSeconds(TIME_BOX_SECONDS + 1)
                        .plus(plain.multipliedBy(2))
                        .plusSeconds(5));
        assertThat(machine.in(SUITE, "mirrored", "podman", "image", "inspect", "--format", "{{.Id}}", reference))
                .isEqualTo(image.imageId().hex());
        boolean byMirror = fault != Fault.MIRROR_DOWN;
        assertThat(registry.accesses())
                .isNotEmpty()
                .allMatch(access -> access.header("via").isPresent() == byMirror);
        if (byMirror) {
            assertThat(warnings(machine.mirrorLog())).singleElement().asString().contains(reference, said);
        }
    }

    private Duration pull(String engine) throws Exception {
        long start = System.nanoTime();
        machine.in(SUITE, engine, "podman", "pull", "-q", reference);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static List<String> warnings(String log) {
        return log.lines().filter(line -> line.contains(" WARN ")).toList();
    }

    /** Breaks something; returns what the mirror has to say of it. */
    private String arrange(Fault fault) throws Exception {
        Path store = machine.directory().resolve("store");
        return switch (fault) {
            case NODE_DOWN -> {
                machine.startMirror();
                yield "is the node running?";
            }
            case NODE_HUNG -> {
                machine.startNode();
                machine.startMirror();
                Shell.signal(machine.nodePid(), "STOP");
                yield "is the node hanging?";
            }
            case STORE_AWAY -> {
                machine.lamella("publish", reference);
                machine.startNode();
                machine.startMirror();
                Files.move(store, store.resolveSibling("store.away"));
                yield store.toString();
            }
            case STORE_FULL -> {
                Files.createDirectories(store);
                Shell.out(Map.of(), List.of("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", store.toString()));
                machine.startNode();
                machine.startMirror();
                yield "space left";
            }
            case MIRROR_DOWN -> {
                machine.startNode();
                yield "";
            }
        };
    }
}
