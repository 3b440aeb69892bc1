package dev.lamella.volume;

import dev.lamella.filetree.ByteString;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A layer with everything in it that {@code mkfs.erofs} and we can be compared by. */
final class FeatureLayer {

    private static final String LONG = "n".repeat(255);

    /** File capabilities: version 2, effective, CAP_NET_BIND_SERVICE. */
    private static final byte[] CAPABILITY = Arrays.copyOf(new byte[] {1, 0, 0, 2, 0, 4}, 20);

    /** Read and write for the owner, read for the user 1000 and the group; fits mode 0640. */
    private static final byte[] ACL = {
        2,
        0,
        0,
        0, //
        1,
        0,
        6,
        0,
        -1,
        -1,
        -1,
        -1, //
        2,
        0,
        4,
        0,
        (byte) 0xe8,
        3,
        0,
        0, //
        4,
        0,
        4,
        0,
        -1,
        -1,
        -1,
        -1, //
        16,
        0,
        4,
        0,
        -1,
        -1,
        -1,
        -1, //
        32,
        0,
        0,
        0,
        -1,
        -1,
        -1,
        -1
    };

    private FeatureLayer() {}

    static byte[] tar() {
        var tar = new TarBytes().globalPax("comment", "every feature");
        addMetadata(tar);
        addContents(tar);
        addNames(tar);
        addAttributes(tar);
        addLinksAndDevices(tar);
        addOverlay(tar);
        addAgain(tar);
        return tar.end();
    }

    private static void addMetadata(TarBytes tar) {
        tar.add(TarEntry.directory("tmp").mode(01777))
                .add(TarEntry.directory("mode/").mode(02755).owner(0, 50))
                .add(TarEntry.file("mode/setuid", "#!").mode(04755))
                .add(TarEntry.file("mode/setgid", "#!").mode(02711))
                .add(TarEntry.file("mode/none", "").mode(0))
                .add(TarEntry.file("mode/with-type", "").mode(0100640))
                .add(TarEntry.file("owner/base-256", "").owner(4_000_000_000L, 3_000_000_000L))
                .add(TarEntry.file("owner/pax", "").pax("uid", "4294967294").pax("gid", "70000"))
                .add(TarEntry.directory("owner/").owner(65_535, 65_536))
                .add(TarEntry.file("time/nanoseconds", "").pax("mtime", "1500000000.123456789"))
                .add(TarEntry.file("time/milliseconds", "").pax("mtime", "1500000000.123"))
                .add(TarEntry.file("time/0", "").mtime(0))
                .add(TarEntry.file("time/base-256", "").mtime(1L << 33))
                .add(TarEntry.symlink("time/symlink", "x").pax("mtime", "1.000000001"))
                .directory("time/");
    }

    private static void addContents(TarBytes tar) {
        tar.directory("size");
        for (int size : List.of(0, 1, 511, 512, 513, 4095, 4096, 4097, 300_000)) {
            byte[] content = new byte[size];
            for (int i = 0; i < size; i++) {
                content[i] = (byte) (i * 31 ^ i >> 9);
            }
            tar.file("size/" + size, content);
        }
        tar.add(TarEntry.of('7', "size/contiguous").body(new byte[] {1}))
                .add(TarEntry.file("size/dirty-padding", "x".repeat(700)).paddingByte(7))
                .add(TarEntry.file("size/pax", "12345").size(1).pax("size", "5"));
    }

    private static void addNames(TarBytes tar) {
        tar.directory("name")
                .add(TarEntry.file("name/" + LONG, "gnu").gnuLongNames())
                .add(TarEntry.file("name/d/" + LONG + "/" + LONG, "pax").paxNames())
                .add(TarEntry.directory("name/d/" + LONG + "/").paxNames())
                .directory("name/d")
                .add(TarEntry.file("base", "ustar").prefix("name/" + "p".repeat(100)))
                .directory("name/" + "p".repeat(92))
                .add(TarEntry.directory("name/" + "p".repeat(100)).paxNames())
                .add(TarEntry.symlink("name/gnu-link", LONG + LONG).gnuLongNames())
                .add(TarEntry.symlink("name/pax-link", "t".repeat(4095)).paxNames())
                .file("/name/absolute", "")
                .file("./name/dot", "")
                .file("name//slashes", "")
                .file("name/!", "before the dots")
                .file("name/\n\\\"", "")
                .file("name/\u00e4\u2603", "")
                .add(TarEntry.of('0', ByteString.of(new byte[] {'n', 'a', 'm', 'e', '/', -1, -2})));
    }

    private static void addAttributes(TarBytes tar) {
        tar.directory("xattr");
        for (int i = 0; i < 5; i++) {
            tar.add(TarEntry.file("xattr/shared" + i, "")
                    .xattr("user.shared", "s".repeat(100).getBytes(StandardCharsets.US_ASCII))
                    .xattr("trusted.shared", new byte[300]));
        }
        TarEntry many = TarEntry.file("xattr/many", "");
        for (int i = 0; i < 100; i++) {
            many.xattr("user.many." + i, new byte[] {(byte) i});
            many.xattr("trusted." + "m".repeat(i + 1), new byte[i]);
        }
        tar.add(many)
                .add(TarEntry.file("xattr/large", "").xattr("user.large", new byte[30_000]))
                .add(TarEntry.file("xattr/capability", "").xattr("security.capability", CAPABILITY))
                .add(TarEntry.file("xattr/acl", "").mode(0640).xattr("system.posix_acl_access", ACL))
                .add(TarEntry.directory("xattr/default-acl").xattr("system.posix_acl_default", ACL))
                .add(TarEntry.symlink("xattr/symlink", "x").xattr("trusted.a", new byte[] {0, '=', '\n'}))
                .add(TarEntry.fifo("xattr/fifo").xattr("trusted.b", new byte[] {0}))
                .add(TarEntry.file("xattr/unknown", "").xattr("com.apple.quarantine", new byte[] {1}));
    }

    private static void addLinksAndDevices(TarBytes tar) {
        tar.directory("link")
                .file("link/file", "linked")
                .hardLink("link/file2", "link/file")
                .hardLink("link/file3", "./link/file2")
                .symlink("link/symlink", "nowhere")
                .hardLink("link/symlink2", "/link/symlink")
                .add(TarEntry.characterDevice("link/character", 4095, (1 << 19) - 1))
                .hardLink("link/character2", "link/character")
                .add(TarEntry.blockDevice("link/block", 8, 1).format(TarEntry.Format.GNU))
                .add(TarEntry.fifo("link/fifo"))
                .hardLink("link/fifo2", "link/fifo")
                .add(TarEntry.hardLink("link/" + LONG, "name/" + LONG).gnuLongNames())
                .add(TarEntry.hardLink("link/old", "link/file").paxNames())
                .file("link/file", "new, and the others keep the old one");
    }

    private static void addOverlay(TarBytes tar) {
        tar.whiteout("gone")
                .directory("hidden")
                .add(TarEntry.file("hidden/.wh.gone", "").mode(0600).owner(3, 4).mtime(5))
                .file("hidden/.wh..wh.plnk", "")
                .whiteout("hidden/again")
                .file("hidden/again", "and back")
                .directory("opaque/")
                .opaque("opaque/late")
                .file("opaque/late/new", "")
                .directory("opaque/late")
                .add(TarEntry.directory("opaque/early").mode(0700))
                .opaque("opaque/early");
    }

    private static void addAgain(TarBytes tar) {
        tar.file("late/parent/f", "1")
                .add(TarEntry.directory("late").mode(0700).owner(9, 9))
                .add(TarEntry.directory("late/parent/").mode(0711))
                .file("missing/too/f", "1")
                .directory("again")
                .file("again/file", "old")
                .file("again/file", "new")
                .symlink("again/symlink", "x")
                .file("again/symlink", "now a file")
                .file("again/directory", "x")
                .directory("again/directory")
                .file("again/directory/f", "")
                .add(TarEntry.directory("again/merged").xattr("user.a", new byte[] {1}))
                .file("again/merged/f", "")
                .add(TarEntry.directory("again/merged").mode(0711).xattr("user.b", new byte[] {2}))
                .directory("again/replaced")
                .file("again/replaced/f", "x")
                .file("again/replaced", "now a file");
    }
}
