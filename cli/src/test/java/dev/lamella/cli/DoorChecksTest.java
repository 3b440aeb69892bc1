package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.lamella.cli.Check.Verdict;
import dev.lamella.door.DoorMetrics;
import dev.lamella.door.NodeApi;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What doctor says of hook, mirror and node. */
@Tag("integration")
@Timeout(60)
class DoorChecksTest {

    @TempDir
    private Path directory;

    private Doctor doctor;
    private Path dropIns;

    @BeforeEach
    void install() throws Exception {
        doctor = new Doctor(directory);
        doctor.podman("5.4.2");
        doctor.program("curl", "exit 0");
        dropIns = directory.resolve("empty");
    }

    private void configure(String doors) {
        Run run = doctor.run("configure", "podman", "--write", "--doors", doors);
        assertThat(run.code()).as(run.err()).isZero();
    }

    @Test
    void withoutDoorsThereIsAWarningThatSaysHowToGetThem() {
        doctor.mend(doctor.wrong("doors", Verdict.WARN, "neither hook nor mirror"));
        doctor.requireRight("hook");
        assertThat(doctor.wrong("node", Verdict.FAIL, "not running").remedy()).contains("lamella-node");
    }

    @Test
    void withoutDoorsTheNodeIsMissedLess() {
        doctor.wrong("node", Verdict.WARN, "not running");
    }

    @Test
    void theScriptMayBeMissingChangedOrNotExecutable() throws Exception {
        configure("hook");
        doctor.requireRight("hook");
        Path script = directory.resolve("engine-hook");

        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-r--r--"));
        doctor.mend(doctor.wrong("hook", Verdict.FAIL, script + " has other permissions"));
        doctor.requireRight("hook");

        Files.writeString(script, Files.readString(script).replace("60.5", "9"));
        doctor.mend(doctor.wrong("hook", Verdict.FAIL, script + " is not as"));
        doctor.requireRight("hook");

        Files.delete(script);
        doctor.mend(doctor.wrong("hook", Verdict.FAIL, script + " is missing"));
        doctor.requireRight("hook");

        doctor.lamella.configure("doors.time-box-seconds = 7\n");
        doctor.mend(doctor.wrong("hook", Verdict.FAIL, script + " is not as"));
        doctor.requireRight("hook");
    }

    @Test
    void aLaterDropInMayNameAnotherHelper() throws Exception {
        configure("hook");
        Path earlier = dropIns.resolve("10-other.conf");
        Files.writeString(earlier, "additional-layer-store-auth-helper = \"/usr/bin/other\"\n");
        doctor.requireRight("hook");
        Path later = Files.move(earlier, dropIns.resolve("90-other.conf"));
        Check check = doctor.wrong("hook", Verdict.FAIL, later + " names another helper, /usr/bin/other");
        assertThat(check.remedy()).contains(later.toString());
        Files.writeString(later, "additional-layer-store-auth-helper = \"\"\n");
        doctor.requireRight("hook");
    }

    @Test
    void ourDropInMayBeThatOfAnotherConfiguration() throws Exception {
        configure("hook");
        Path conf = dropIns.resolve("50-lamella-hook.conf");
        Files.writeString(conf, Files.readString(conf).replace("engine-hook", "old-hook"));
        doctor.mend(doctor.wrong("hook", Verdict.FAIL, conf + " is not as"));
        doctor.requireRight("hook");
    }

    @Test
    void aRegistriesConfThatIsNoneIsNamed() throws Exception {
        configure("hook");
        Path broken = Files.writeString(dropIns.resolve("70-broken.conf"), "[[registry\n");
        assertThat(doctor.wrong("registries.conf", Verdict.FAIL, broken.toString())
                        .remedy())
                .isEqualTo("mend the file");
        doctor.wrong("node", Verdict.WARN, "not running");
    }

    @Test
    void whatTheHookRunsMayBeMissing() throws Exception {
        configure("hook");
        Files.delete(doctor.programs.resolve("curl"));
        assertThat(doctor.wrong("hook", Verdict.FAIL, "perl or curl").remedy()).isEqualTo("apt install curl");
    }

    @Test
    void anEngineMayNotKnowTheHook() throws Exception {
        configure("hook");
        doctor.podman("5.1.2");
        doctor.mend(doctor.wrong("hook", Verdict.FAIL, "5.1.2 does not know it"));
        assertThat(dropIns.resolve("51-lamella-mirror.conf")).exists();
        assertThat(dropIns.resolve("50-lamella-hook.conf")).doesNotExist();
        configure("both");
        doctor.requireRight("hook");
    }

    @Test
    void theMirrorMayBeStaleOrNotAnswer() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
            doctor.lamella.configure("mirror.listen = \"127.0.0.1:%d\"\n".formatted(port));
            configure("mirror");
            // Takes the connection and says nothing.
            doctor.wrong("mirror", Verdict.FAIL, "does not answer at 127.0.0.1:" + port);
        }
        assertThat(doctor.wrong("mirror", Verdict.FAIL, "does not answer").remedy())
                .contains("lamella-mirror");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
        try {
            server.start();
            doctor.wrong("mirror", Verdict.FAIL, "HTTP status 404: something else");
            server.createContext("/healthz", exchange -> {
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            doctor.requireRight("mirror");
            doctor.lamella.configure("mirror.registries = [\"quay.io\"]\n");
            doctor.mend(doctor.wrong("mirror", Verdict.FAIL, "51-lamella-mirror.conf is not as"));
            doctor.requireRight("mirror");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void theNodeMayRefuseOrHang() throws Exception {
        Path socket = directory.resolve("node.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            doctor.wrong("node", Verdict.FAIL, "does not answer within 2 s");
        }
        doctor.wrong("node", Verdict.FAIL, "nobody answers");
    }

    @Test
    void theNodeMayNotBeReadyOrOfAnotherVersion() throws Exception {
        Path socket = directory.resolve("node.sock");
        requireNode(socket, new NodeApi.Status(false, Map.of("ready", false)), Verdict.FAIL, "not ready");
        requireNode(
                socket,
                new NodeApi.Status(true, Map.of("ready", true, "version", "0.0.1")),
                Verdict.WARN,
                "runs version 0.0.1");
        var right = new NodeApi.Status(
                true, Map.of("ready", true, "version", Lamella.Version.number(), "images", 3, "layers", 12));
        try (NodeApi _ = start(socket, right)) {
            assertThat(doctor.checks("node"))
                    .containsExactly(Check.ok("node", "answers at %s: 3 images, 12 layers".formatted(socket)));
        }
    }

    private static NodeApi start(Path socket, NodeApi.Status status) throws Exception {
        return NodeApi.start(
                socket, new NodeApi.Parts(Optional::empty, Optional::empty, new DoorMetrics(), () -> status));
    }

    private void requireNode(Path socket, NodeApi.Status status, Verdict verdict, String detail) throws Exception {
        try (NodeApi _ = start(socket, status)) {
            doctor.wrong("node", verdict, detail);
        }
    }

    @Test
    void podmanIsNotAskedWhenItDoesNotMatter() throws Exception {
        Path asked = directory.resolve("asked");
        doctor.program("podman", "echo podman version 5.4.2; : > " + asked);
        assertThat(doctor.run("configure", "podman", "--write").code()).isZero();
        assertThat(asked).exists();
        Files.delete(asked);
        assertThat(doctor.run("configure", "podman", "--undo").code()).isZero();
        assertThat(asked).doesNotExist();
        assertThat(dropIns).isEmptyDirectory();
    }
}
