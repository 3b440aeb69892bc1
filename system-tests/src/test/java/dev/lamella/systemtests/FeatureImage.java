package dev.lamella.systemtests;

import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.SparseFile;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** An image that runs, with everything in its two layers that layers may hold and that a plain pull takes. */
final class FeatureImage {

    /** {@code cap_net_bind_service=ep} as the kernel stores it: version 2, effective; permitted 1 << 10. */
    private static final byte[] NET_BIND_SERVICE = {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    private static final String LONG = "long/" + "d".repeat(150) + "/";

    private FeatureImage() {}

    /**
     * Returns the image.
     *
     * @param second compression of its second layer
     */
    static OciImage of(OciImages.Compression second) {
        byte[] base = new TarBytes()
                .directory("bin/")
                .add(TarEntry.file("bin/busybox", busybox()).mode(0755))
                .add(TarEntry.hardLink("bin/sh", "bin/busybox").mode(0755))
                .symlink("bin/cat", "busybox")
                .directory("etc/")
                .file("etc/motd", "base\n")
                .file("etc/gone", "x")
                .directory("replaced/")
                .file("replaced/inside", "x")
                .directory("opaque/")
                .file("opaque/below", "x")
                .add(TarEntry.directory("tmp/").mode(01777))
                .end();
        byte[] features = new TarBytes()
                .directory("bin/")
                .directory("etc/")
                .directory("long/")
                .directory("opaque/")
                .add(TarEntry.file("etc/owned", "mine")
                        .mode(0640)
                        .owner(1000, 2000)
                        .pax("mtime", "1700000000.123456789"))
                .add(TarEntry.file("bin/setuid", "s").mode(06755))
                .add(TarEntry.file("etc/xattr", "x").xattr("user.note", "hello".getBytes(StandardCharsets.UTF_8)))
                .add(TarEntry.file("bin/capable", "c").mode(0755).xattr("security.capability", NET_BIND_SERVICE))
                .add(TarEntry.file("etc/base256", "b")
                        .owner(3_000_000, 4_000_000)
                        .base256())
                .add(TarEntry.directory(LONG).paxNames())
                .add(TarEntry.file(LONG + "f".repeat(255), "PAX name").paxNames())
                .add(TarEntry.symlink("etc/dangling", "/nowhere/" + "x".repeat(150))
                        .pax("mtime", "1600000000.000000001"))
                .add(
                        new SparseFile("sparse", 300_000)
                                .part(512, "one".repeat(700).getBytes(StandardCharsets.UTF_8))
                                .part(200_001, "two".getBytes(StandardCharsets.UTF_8)),
                        SparseFile.Format.PAX_1_0)
                .add(TarEntry.characterDevice("dev-null", 1, 3).mode(0666))
                .add(TarEntry.blockDevice("dev-block", 7, 300))
                .add(TarEntry.fifo("fifo"))
                .add(TarEntry.file("long/" + "n".repeat(200), "long name").gnuLongNames())
                .file("late/child", "its parent comes later")
                .add(TarEntry.directory("late/").mode(0711))
                .whiteout("etc/gone")
                .file("replaced", "a file now")
                .opaque("opaque")
                .file("opaque/above", "y")
                .file("linked", "group")
                .hardLink("linked2", "linked")
                .hardLink("late/linked3", "linked")
                .file("big", "0123456789abcdef".repeat(100_000))
                .end();
        return new OciImages()
                .command("/bin/busybox", "cat", "/etc/motd")
                .layer(base)
                .compression(second)
                .layer(features)
                .build();
    }

    /** Returns the program that all images of these tests hold. */
    static byte[] busybox() {
        try {
            return Files.readAllBytes(Path.of("/bin/busybox"));
        } catch (IOException e) {
            throw new IllegalStateException("busybox-static is missing; testbed/install installs it", e);
        }
    }
}
