package dev.lamella.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory by whole pages, which costs nothing until it is touched. Memory of an {@link Arena} is cleared, and so
 * touched, at once.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/mmap.2.html">mmap(2)</a>
 */
public final class Pages {

    /** The unit of alignment; pages may be larger, never smaller. */
    public static final int BYTES = 4096;

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

    private Pages() {}

    /**
     * Maps fresh memory, which is zero and begins at a page.
     *
     * @param arena whose end unmaps it
     * @param sizeBytes its length
     */
    public static MemorySegment map(Arena arena, long sizeBytes) throws LinuxException {
        String what = sizeBytes + " bytes of memory";
        long address =
                Libc.MMAP.call(what, MemorySegment.NULL, sizeBytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
        return sized(MemorySegment.ofAddress(address), arena, sizeBytes, what);
    }

    @SuppressWarnings("restricted") // the size is the one asked for
    private static MemorySegment sized(MemorySegment start, Arena arena, long sizeBytes, String what) {
        return start.reinterpret(sizeBytes, arena, memory -> {
            try {
                Libc.MUNMAP.call(what, memory, sizeBytes);
            } catch (LinuxException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
