package dev.lamella.fuse;

import dev.lamella.linux.Descriptor;
import dev.lamella.linux.Errno;
import dev.lamella.linux.FileStatus;
import dev.lamella.linux.HelperProgram;
import dev.lamella.linux.LinuxException;
import dev.lamella.linux.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;

/**
 * A mount of FUSE in this process's namespace and the device it is served by. By mount(2) for who may do that, else by
 * the set-user-ID program fusermount3.
 *
 * @param target where it is mounted
 * @param device {@code /dev/fuse}, opened and tied to this mount
 * @param direct whether this process can unmount it itself
 */
record FuseMount(Path target, Descriptor device, boolean direct) {

    static final Path DEVICE = Path.of("/dev/fuse");
    private static final String FUSERMOUNT = "fusermount3";
    private static final String SOCKET_VARIABLE = "_FUSE_COMMFD";
    private static final int S_IFDIR = 0040000;

    static FuseMount mount(Path target, MountOptions options) throws IOException {
        try {
            return direct(target, options);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EPERM && e.errno() != Errno.EACCES) {
                throw e;
            }
            return byHelper(target, options);
        }
    }

    private static FuseMount direct(Path target, MountOptions options) throws LinuxException {
        Descriptor device = Descriptor.device(DEVICE);
        try {
            FileStatus self = FileStatus.of(Path.of("/proc/self/."));
            var all = options.common();
            all.add("fd=" + device.number());
            all.add("rootmode=%o".formatted(S_IFDIR));
            all.add("user_id=" + self.uid());
            all.add("group_id=" + self.gid());
            var flags = EnumSet.of(Mounts.Flag.NO_SUID, Mounts.Flag.NO_DEVICES);
            if (options.readOnly()) {
                flags.add(Mounts.Flag.READ_ONLY);
            }
            Mounts.mount(options.source(), target, "fuse", flags, String.join(",", all));
            return new FuseMount(target, device, true);
        } catch (LinuxException | RuntimeException e) {
            device.close();
            throw e;
        }
    }

    static FuseMount byHelper(Path target, MountOptions options) throws IOException {
        var all = options.common();
        all.add("fsname=" + options.source());
        all.add(options.readOnly() ? "ro" : "rw");
        HelperProgram.Result result = HelperProgram.run(
                List.of(FUSERMOUNT, "-o", String.join(",", all), "--", target.toString()), SOCKET_VARIABLE);
        Descriptor device = result.descriptor()
                .orElseThrow(() -> new IOException("%s on %s failed, wait status %d; its reason is on standard error"
                        .formatted(FUSERMOUNT, target, result.exitStatus())));
        return new FuseMount(target, device, false);
    }

    /**
     * Unmounts. If it is still in use it leaves the tree of files at once, and the rest when its last user does or the
     * device is closed.
     */
    void unmount() throws IOException {
        if (direct) {
            Mounts.unmountOrDetach(target);
            return;
        }
        HelperProgram.Result result =
                HelperProgram.run(List.of(FUSERMOUNT, "-u", "-q", "-z", "--", target.toString()), SOCKET_VARIABLE);
        if (result.exitStatus() != 0) {
            throw new IOException("%s -u %s failed, wait status %d".formatted(FUSERMOUNT, target, result.exitStatus()));
        }
    }
}
