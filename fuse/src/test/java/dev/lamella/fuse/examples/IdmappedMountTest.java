package dev.lamella.fuse.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.fuse.Feature;
import dev.lamella.fuse.FuseException;
import dev.lamella.fuse.MountOptions;
import dev.lamella.fuse.Request;
import dev.lamella.fuse.RequestHeader;
import dev.lamella.fuse.Session;
import dev.lamella.fuse.SessionOptions;
import dev.lamella.linux.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A directory of the host, the pass-through file system over it, and a second view of that in which other numbers stand
 * for users and groups: 2000 for the host's user 1000, and for the host's group 3000.
 */
@Tag("system")
@Timeout(60)
@ParameterizedClass
@EnumSource(PassthroughFileSystem.Content.class)
class IdmappedMountTest {

    private static final IdmappedMount.Mapping MAPPING = new IdmappedMount.Mapping("1000 2000 10", "3000 2000 10");
    private static final Owner ON_HOST = new Owner(1000, 3000);
    private static final Owner SEEN = new Owner(2000, 2000);
    private static final Owner NOBODY = new Owner(65534, 65534);
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final Set<String> CREATING = Set.of("MKNOD", "MKDIR", "SYMLINK", "CREATE");

    /** Of a file. */
    private record Owner(int uid, int gid) {

        static Owner of(Path file) throws IOException {
            return new Owner((int) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS), (int)
                    Files.getAttribute(file, "unix:gid", LinkOption.NOFOLLOW_LINKS));
        }

        void give(Path file) throws IOException {
            Files.setAttribute(file, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(file, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Remembers who asked. */
    private static final class Listening extends PassthroughFileSystem {

        final ConcurrentLinkedQueue<RequestHeader> headers = new ConcurrentLinkedQueue<>();

        Listening(Path root, Content content) throws FuseException {
            super(root, content, SECOND_NANOS);
        }

        @Override
        public boolean mayBlock(Request request) {
            headers.add(request.header());
            return super.mayBlock(request);
        }
    }

    @Parameter
    PassthroughFileSystem.Content content = PassthroughFileSystem.Content.CACHED;

    @TempDir
    Path scratch;

    private Path host = Path.of("/nonexistent");
    private Path mount = Path.of("/nonexistent");
    private Path view = Path.of("/nonexistent");
    private List<AutoCloseable> open = List.of();
    private ConcurrentLinkedQueue<RequestHeader> headers = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void show() throws Exception {
        Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwxr-xr-x"));
        host = Files.createDirectory(scratch.resolve("host"));
        mount = Files.createDirectory(scratch.resolve("mount"));
        view = Files.createDirectory(scratch.resolve("view"));
        ON_HOST.give(host);
        var fileSystem = new Listening(host, content);
        headers = fileSystem.headers;
        SessionOptions options = SessionOptions.DEFAULT.with(Feature.ALLOW_IDMAP, Feature.PASSTHROUGH);
        Session session = Session.mount(mount, MountOptions.of("idmapped"), fileSystem, options);
        open = List.of(session);
        open = List.of(IdmappedMount.of(mount, view, MAPPING), session);
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private int as(int uid, String script, Path directory) throws IOException, InterruptedException {
        return Served.as(uid, "sh", "-euc", script, directory.toString());
    }

    private void assertOwners(String name) throws IOException {
        assertThat(Owner.of(host.resolve(name))).as("%s of the host", name).isEqualTo(ON_HOST);
        assertThat(Owner.of(mount.resolve(name))).as("%s as served", name).isEqualTo(ON_HOST);
        assertThat(Owner.of(view.resolve(name))).as("%s in the view", name).isEqualTo(SEEN);
    }

    @Test
    void whatIsMadeInTheViewIsOnTheHostTheMappedUsers() throws Exception {
        String script = "cd $0; echo text > file; mkdir directory; ln -s file link; mkfifo pipe; ln file second;"
                + "echo text > directory/inner; mv file renamed; test $(cat second) = text";
        assertThat(as(2000, script, view)).isZero();
        for (String name : List.of("renamed", "directory", "link", "pipe", "second", "directory/inner")) {
            assertOwners(name);
        }
        assertThat(host.resolve("renamed")).hasContent("text\n");
    }

    @Test
    void whatTheHostHasIsSeenAsTheMappedUsers() throws Exception {
        Path file = Files.writeString(host.resolve("file"), "text");
        Path roots = Files.writeString(host.resolve("roots"), "text");
        ON_HOST.give(file);
        assertOwners("file");
        assertThat(Owner.of(mount.resolve("roots"))).isEqualTo(Owner.of(roots));
        assertThat(Owner.of(view.resolve("roots"))).isEqualTo(NOBODY);
        try (var list = Files.list(view)) {
            assertThat(list.map(each -> each.getFileName().toString())).containsExactlyInAnyOrder("file", "roots");
        }
    }

    @Test
    void permissionsAreThoseOfWhoIsSeen() throws Exception {
        Path file = Files.writeString(host.resolve("file"), "text\n");
        ON_HOST.give(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        String reading = "test $(cat $0/file) = text";
        assertThat(as(2000, reading, view)).isZero();
        assertThat(as(1000, reading, view)).isNotZero();
        assertThat(as(1000, reading, mount)).isZero();
        assertThat(as(2000, reading, mount)).isNotZero();
        assertThat(as(2000, "echo more >> $0/file; chmod 640 $0/file", view)).isZero();
        assertThat(file).hasContent("text\nmore\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void ownersAreChangedByTheNumbersThatAreSeen() throws Exception {
        Path file = Files.writeString(host.resolve("file"), "text");
        ON_HOST.give(file);
        new Owner(2007, 2009).give(view.resolve("file"));
        assertThat(Owner.of(file)).isEqualTo(new Owner(1007, 3009));
        assertThat(Owner.of(view.resolve("file"))).isEqualTo(new Owner(2007, 2009));
        assertThat(PosixSuite.reason(() -> new Owner(1000, 2000).give(view.resolve("file"))))
                .isEqualTo("Value too large for defined data type");
        assertThat(Owner.of(file)).isEqualTo(new Owner(1007, 3009));
    }

    @Test
    void whoHasNoNumberThereMakesNothing() throws Exception {
        Files.setPosixFilePermissions(host, PosixFilePermissions.fromString("rwxrwxrwx"));
        // Root of the machine is not among the users of the view.
        assertThat(PosixSuite.reason(() -> Files.createDirectory(view.resolve("made"))))
                .isEqualTo("Value too large for defined data type");
        assertThat(as(1000, "mkdir $0/made", view)).isNotZero();
        assertThat(host).isEmptyDirectory();
        assertThat(as(1000, "mkdir $0/made", mount)).isZero();
    }

    /** Why a file system must not look at who asks but to make something. */
    @Test
    void onlyRequestsThatMakeSomethingSayWhoAsks() throws Exception {
        assertThat(as(2000, "cd $0; echo text > file; mkdir directory; ln -s file link; mkfifo pipe", view))
                .isZero();
        assertThat(as(1000, "cat $0/file; stat $0/none || ls -l $0", mount)).isZero();
        assertThat(headers)
                .filteredOn(header -> CREATING.contains(header.operation()))
                .hasSize(CREATING.size())
                .allMatch(header -> header.uid() == ON_HOST.uid() && header.gid() == ON_HOST.gid());
        // What the kernel does by itself, such as RELEASE, is root's.
        assertThat(headers)
                .filteredOn(header -> !CREATING.contains(header.operation()) && header.pid() != 0)
                .allMatch(header -> header.uid() == -1 && header.gid() == -1)
                .extracting(RequestHeader::operation)
                .contains("LOOKUP", "GETATTR", "OPEN", "OPENDIR");
    }

    @Test
    void theViewOutlivesTheMountItWasMadeOf() throws Exception {
        Mounts.unmount(mount);
        assertThat(mount).isEmptyDirectory();
        assertThat(as(2000, "echo text > $0/file", view)).isZero();
        assertThat(Owner.of(host.resolve("file"))).isEqualTo(ON_HOST);
    }
}
