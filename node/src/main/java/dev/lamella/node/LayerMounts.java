package dev.lamella.node;

import dev.lamella.linux.Autofs;
import dev.lamella.linux.Errno;
import dev.lamella.linux.FileStatus;
import dev.lamella.linux.FileSystem;
import dev.lamella.linux.LinuxException;
import dev.lamella.linux.LoopDevice;
import dev.lamella.linux.Mounts;
import dev.lamella.linux.OpenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * Mounts a layer: its image, with the volume's tar as the extra device.
 *
 * <p>Both are given by descriptor, because the kernel splits options at commas and takes at most one page of them. The
 * kernel keeps the files itself after that.
 */
final class LayerMounts {

    static final String EROFS = "erofs";

    /** More are not made at one place: a layer, a trigger. */
    private static final int STACKED_MAX = 16;

    /**
     * Every user of the machine gets to the files of a mounted layer, which anybody may have made: its programs must not become root, nor its device
     * files work, outside of a container. In a container they do: there, the flags of the overlay count.
     */
    private static final Set<Mounts.Flag> FLAGS =
            Set.of(Mounts.Flag.READ_ONLY, Mounts.Flag.NO_SUID, Mounts.Flag.NO_DEVICES);

    private final MountMode mode;

    /** Whether the kernel was seen to refuse files, so that AUTO need not ask it again. */
    private volatile boolean filesRefused;

    LayerMounts(MountMode mode) {
        this.mode = mode;
    }

    /** Returns whether something is mounted at each of some layers' places, be it a trigger. Quicker than to look at all mounts of a machine. */
    static boolean areMounted(Collection<String> ids, LayerDirectory shape) throws IOException {
        try {
            long below = FileStatus.of(shape.mountPoints()).fileSystem();
            for (String id : ids) {
                if (FileStatus.of(shape.mountPoint(id)).fileSystem() == below) {
                    return false;
                }
            }
            return true;
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    /** Mounts an image at an existing directory. */
    void mount(Path image, Path data, Path target) throws IOException {
        if (mode == MountMode.LOOP || filesRefused) {
            mountLoop(image, data, target);
            return;
        }
        try {
            mountFile(image, data, target);
        } catch (LinuxException e) {
            boolean refused = e.errno() == Errno.ENOTBLK || e.errno() == Errno.EINVAL;
            if (!refused) {
                throw explain(e, image);
            }
            if (mode == MountMode.FILE) {
                throw new MountUnavailableException(
                        ("%s: this kernel does not mount EROFS from a file on %s: Linux 6.12 or later is needed, and a local "
                                        + "file system that is neither overlayfs nor FUSE; or set node.mount = \"loop\"")
                                .formatted(image, FileSystem.of(image).name()),
                        e);
            }
            mountLoop(image, data, target);
            filesRefused = true;
        }
    }

    private static void mountFile(Path image, Path data, Path target) throws IOException {
        try (OpenFile openImage = OpenFile.forReading(image);
                OpenFile openData = OpenFile.forReading(data)) {
            Mounts.mount(openImage.path(), target, EROFS, FLAGS, "device=" + openData.path());
        }
    }

    private static void mountLoop(Path image, Path data, Path target) throws IOException {
        try (LoopDevice imageLoop = LoopDevice.attachReadOnly(image);
                LoopDevice dataLoop = LoopDevice.attachReadOnly(data)) {
            Mounts.mount(imageLoop.path().toString(), target, EROFS, FLAGS, "device=" + dataLoop.path());
        } catch (LinuxException e) {
            throw explain(e, image);
        }
    }

    private static IOException explain(LinuxException e, Path image) {
        return switch (e.errno()) {
            case Errno.EPERM, Errno.EACCES ->
                new MountUnavailableException("mounting %s needs root (CAP_SYS_ADMIN)".formatted(image), e);
            case Errno.ENODEV ->
                new MountUnavailableException("this kernel has no EROFS; load it with: modprobe erofs", e);
            default -> new MountUnavailableException("mounting %s failed: %s".formatted(image, e.getMessage()), e);
        };
    }

    /**
     * Takes away what is mounted at a place; containers that use the layer keep it until they end.
     *
     * @param trigger number of the trigger's file system, if there is one: who waits at it gets ENOENT
     */
    static void unmount(Path target, Optional<Long> trigger) throws IOException {
        if (trigger.isPresent()) {
            Autofs.retire(target, trigger.get());
        }
        Mounts.detach(target);
        for (int below = 0; below < STACKED_MAX; below++) {
            try {
                Mounts.detach(target);
            } catch (LinuxException e) {
                if (e.errno() == Errno.EINVAL) { // nothing is mounted there any more
                    return;
                }
                throw e;
            }
        }
    }
}
