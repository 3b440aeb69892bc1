package dev.lamella.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;

/**
 * The file system a path lies on.
 *
 * @param magic its type's number, as in {@code statfs(2)}
 * @param name its type's usual name, or the number in hexadecimal
 */
public record FileSystem(long magic, String name) {

    private static final Map<Long, String> NAMES = Map.ofEntries(
            Map.entry(0xEF53L, "ext4"),
            Map.entry(0x58465342L, "xfs"),
            Map.entry(0x9123683EL, "btrfs"),
            Map.entry(0x01021994L, "tmpfs"),
            Map.entry(0x794C7630L, "overlay"),
            Map.entry(0x65735546L, "fuse"),
            Map.entry(0xE0F5E1E2L, "erofs"),
            Map.entry(0x6969L, "nfs"),
            Map.entry(0x00C36400L, "ceph"),
            Map.entry(0x5346414FL, "afs"),
            Map.entry(0x6B414653L, "kafs"),
            Map.entry(0x2FC12FC1L, "zfs"));

    private static final int STATFS_BYTES = 120;

    /** Returns the file system of an existing path. */
    public static FileSystem of(Path path) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(STATFS_BYTES, 8);
            Libc.STATFS.call(path.toString(), Libc.string(arena, path), buffer);
            long magic = buffer.get(JAVA_LONG, 0) & 0xffff_ffffL;
            return new FileSystem(magic, NAMES.getOrDefault(magic, "0x%x".formatted(magic)));
        }
    }

    /** Returns whether it is stacked on, or served by, something else, so that the kernel does not mount EROFS from a file on it. */
    public boolean isStacked() {
        return name.equals("overlay") || name.equals("fuse");
    }
}
