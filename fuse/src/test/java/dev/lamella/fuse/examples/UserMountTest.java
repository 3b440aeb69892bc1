package dev.lamella.fuse.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user other than root mounts by {@code fusermount3} and serves, in a Java of its own. That runs in a mount namespace
 * in which {@code /etc/fuse.conf} is the test's and {@code /dev/fuse} is open to all, as udev has it; of the machine
 * nothing changes.
 */
@Tag("system")
@Timeout(120)
class UserMountTest {

    private static final int USER = 65534;
    private static final int ANOTHER = 65533;
    private static final long END_SECONDS_MAX = 60;

    /** Arguments: directory for a device, a configuration; then what to run as the user. */
    private static final String NAMESPACE = "mount -t tmpfs -o mode=755 devices \"$1\";"
            + " mknod -m 666 \"$1/fuse\" c 10 229; mount --bind \"$1/fuse\" /dev/fuse;"
            + " mount --bind \"$2\" /etc/fuse.conf; shift 2;"
            + " exec setpriv --reuid=" + USER + " --regid=" + USER + " --clear-groups -- \"$@\"";

    @TempDir
    Path scratch;

    private Path host = Path.of("/nonexistent");
    private Path mount = Path.of("/nonexistent");
    private Path errors = Path.of("/nonexistent");
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void makeDirectories() throws Exception {
        Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(scratch.resolve("devices"));
        host = Files.createDirectory(scratch.resolve("host"));
        mount = Files.createDirectory(scratch.resolve("mount"));
        errors = scratch.resolve("errors");
        for (Path directory : List.of(host, mount)) {
            Files.setAttribute(directory, "unix:uid", USER);
            Files.setAttribute(directory, "unix:gid", USER);
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly();
            process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS);
        }
    }

    /** Copies what Java needs: the user need not be able to read where it was built. */
    private String classPath() throws IOException, InterruptedException {
        Path classes = Files.createDirectory(scratch.resolve("classes"));
        String ours = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
        var copies = new ArrayList<String>();
        for (String entry : ours.split(File.pathSeparator, -1)) {
            if (Files.isDirectory(Path.of(entry)) || entry.contains("lamella-") || entry.contains("slf4j-api")) {
                String copy = classes.resolve(Integer.toString(copies.size())).toString();
                assertThat(Served.as(0, "cp", "-rL", entry, copy)).isZero();
                copies.add(copy);
            }
        }
        assertThat(Served.as(0, "chmod", "-R", "a+rX", classes.toString())).isZero();
        return String.join(File.pathSeparator, copies);
    }

    /** Starts a server whose {@code /etc/fuse.conf} says this; its first line of output tells how that went. */
    private Process serve(String configuration, String forWhom) throws IOException, InterruptedException {
        Path file = Files.writeString(scratch.resolve("fuse.conf"), configuration);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        var command = new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private", "sh", "-euc"));
        command.addAll(List.of(NAMESPACE, "sh", scratch.resolve("devices").toString(), file.toString()));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                UserMount.class.getName(),
                host.toString(),
                mount.toString(),
                forWhom));
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        started.add(process);
        return process;
    }

    private Process mounted(String configuration, String forWhom) throws IOException, InterruptedException {
        Process server = serve(configuration, forWhom);
        BufferedReader output = server.inputReader(StandardCharsets.UTF_8);
        assertThat(output.readLine()).as(Files.readString(errors)).isEqualTo(UserMount.READY);
        return server;
    }

    /** Runs a script as a user, beside the server and where it mounted; {@code $0} is the mount. */
    private int as(Process server, int uid, String script) throws IOException, InterruptedException {
        String namespace = "--mount=/proc/" + server.pid() + "/ns/mnt";
        return Served.as(
                0,
                "nsenter",
                namespace,
                "setpriv",
                "--reuid=" + uid,
                "--regid=" + uid,
                "--clear-groups",
                "--",
                "sh",
                "-euc",
                "umask 022;" + script,
                mount.toString());
    }

    private String mounts(Process server) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(server.pid()), "mountinfo"));
    }

    /** Ends it as its user would, and sees that it took its mount away. */
    private void assertEnds(Process server) throws IOException, InterruptedException {
        // Holds the namespace, in which the mount would be left.
        Process witness = new ProcessBuilder("nsenter", "--mount=/proc/" + server.pid() + "/ns/mnt", "cat").start();
        started.add(witness);
        Path namespace = Files.readSymbolicLink(Path.of("/proc", Long.toString(server.pid()), "ns/mnt"));
        Path its = Path.of("/proc", Long.toString(witness.pid()), "ns/mnt");
        while (!Files.readSymbolicLink(its).equals(namespace)) {
            Thread.sleep(1);
        }
        server.getOutputStream().close();
        assertThat(server.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).as(Files.readString(errors)).isZero();
        assertThat(mounts(witness)).contains("/etc/fuse.conf").doesNotContain(mount.toString());
    }

    @Test
    void mountsServesAndUnmountsForItself() throws Exception {
        Process server = mounted("# nothing is allowed\n", "owner");
        assertThat(mounts(server)).contains(" " + mount + " ", "fuse pass-user", "user_id=" + USER);
        assertThat(mounts(server)).doesNotContain("allow_other");
        String use = "cd $0; mkdir made; echo text > made/file; test $(cat made/file) = text; echo more >> made/file;"
                + "mv made/file file; chmod 600 file; ln -s file link; test $(wc -l < link) = 2; rmdir made;"
                + "echo gone > removed; rm removed";
        assertThat(as(server, USER, use)).isZero();
        assertThat(host.resolve("file")).hasContent("text\nmore\n");
        assertThat(Files.getAttribute(host.resolve("file"), "unix:uid")).isEqualTo(USER);
        assertThat(host.toFile().list()).containsExactlyInAnyOrder("file", "link");
        assertEnds(server);
    }

    @Test
    void othersAreKeptOutEvenRoot() throws Exception {
        Process server = mounted("# nothing is allowed\n", "owner");
        assertThat(as(server, USER, "echo text > $0/file; chmod 644 $0/file")).isZero();
        assertThat(as(server, ANOTHER, "cat $0/file")).isNotZero();
        assertThat(as(server, 0, "cat $0/file")).isNotZero();
        assertEnds(server);
    }

    @Test
    void othersAreRefusedUnlessTheMachineAllowsThem() throws Exception {
        Process server = serve("# nothing is allowed\n", "everybody");
        assertThat(server.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isNotZero();
        assertThat(errors)
                .content()
                .contains("user_allow_other", "fusermount3 on " + mount + " failed, wait status 256");
        assertThat(mount).isEmptyDirectory();
    }

    @Test
    void othersAreServedIfTheMachineAllowsThem() throws Exception {
        Process server = mounted("user_allow_other\n", "everybody");
        assertThat(mounts(server)).contains("allow_other", "default_permissions");
        assertThat(as(server, USER, "echo text > $0/open; echo text > $0/closed; chmod 600 $0/closed"))
                .isZero();
        assertThat(as(server, ANOTHER, "test $(cat $0/open) = text")).isZero();
        assertThat(as(server, 0, "test $(cat $0/open) = text")).isZero();
        assertThat(as(server, ANOTHER, "cat $0/closed")).isNotZero();
        assertThat(as(server, ANOTHER, "echo more >> $0/open")).isNotZero();
        assertEnds(server);
    }

    @Test
    void itEndsWhenItsUserUnmounts() throws Exception {
        Process server = mounted("# nothing is allowed\n", "owner");
        assertThat(as(server, ANOTHER, "fusermount3 -u $0")).isNotZero();
        assertThat(as(server, USER, "fusermount3 -u $0")).isZero();
        assertThat(mounts(server)).doesNotContain(mount.toString());
        assertEnds(server);
    }
}
