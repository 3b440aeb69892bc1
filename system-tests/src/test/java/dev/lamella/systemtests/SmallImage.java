package dev.lamella.systemtests;

import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;

/** Images that run and print their name; no two names have a layer in common. */
final class SmallImage {

    private SmallImage() {}

    /** Returns an image of two layers. */
    static OciImage named(String name) {
        return new OciImages()
                .command("/bin/busybox", "cat", "/etc/name")
                .layer(base(name))
                .layer(new TarBytes()
                        .directory("etc/")
                        .file("etc/name", name + "\n")
                        .end())
                .build();
    }

    /** Returns a layer with busybox as all its commands that tests need. */
    static byte[] base(String name) {
        return new TarBytes()
                .directory("bin/")
                .add(TarEntry.file("bin/busybox", FeatureImage.busybox()).mode(0755))
                .symlink("bin/sh", "busybox")
                .directory("etc/")
                .file("etc/base", name)
                .end();
    }
}
