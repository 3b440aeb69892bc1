package dev.lamella.fuse.examples;

import static dev.lamella.fuse.examples.HostNodes.checked;
import static dev.lamella.fuse.examples.HostNodes.path;
import static dev.lamella.fuse.examples.HostNodes.string;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.lamella.fuse.FuseException;
import dev.lamella.fuse.Name;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Extended attributes of a file of the host, given by a descriptor that does not open it. */
final class HostXattrs {

    private static final int BYTES_MAX = 65536;

    private HostXattrs() {}

    static void set(int file, Name name, MemorySegment value, int flags) throws FuseException {
        try (Arena arena = Arena.ofConfined()) {
            checked(HostCalls.setxattr(path(arena, file), string(arena, name), value, flags));
        }
    }

    static byte[] value(int file, Name name) throws FuseException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(BYTES_MAX);
            long length = checked(HostCalls.getxattr(path(arena, file), string(arena, name), value));
            return value.asSlice(0, length).toArray(JAVA_BYTE);
        }
    }

    static List<Name> names(int file) throws FuseException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocate(BYTES_MAX);
            long length = checked(HostCalls.listxattr(path(arena, file), list));
            var names = new ArrayList<Name>();
            for (long at = 0; at < length; at++) {
                long start = at;
                while (list.get(JAVA_BYTE, at) != 0) {
                    at++;
                }
                names.add(Name.of(list.asSlice(start, at - start).toArray(JAVA_BYTE)));
            }
            return names;
        }
    }

    static void remove(int file, Name name) throws FuseException {
        try (Arena arena = Arena.ofConfined()) {
            checked(HostCalls.removexattr(path(arena, file), string(arena, name)));
        }
    }
}
