package dev.lamella.node;

/** How the kernel gets at a layer's two files. */
public enum MountMode {
    /** From files where the kernel can (Linux 6.12 or later, image not on overlayfs or FUSE), else over loop devices. */
    AUTO,
    /** From files only. */
    FILE,
    /** Over two loop devices only. */
    LOOP
}
