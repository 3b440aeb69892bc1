package dev.lamella.fuse;

import dev.lamella.linux.Descriptor;
import dev.lamella.linux.LinuxException;
import dev.lamella.linux.Pages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The memory for one request and its answer. Used by one thread at a time; costs two pages until it is used. */
final class Slot implements AutoCloseable {

    /** {@code struct fuse_in_header} and {@code fuse_write_in}: what comes before the data of WRITE. */
    private static final int WRITE_HEAD_BYTES = RequestHeader.BYTES + 40;

    // Closing it fails loudly if a handler that was given up still uses the memory. One for each slot: threads share no
    // count of uses.
    private final Arena arena = Arena.ofShared();
    private final MemorySegment request;
    private final Reply reply;
    private @Nullable Descriptor source;

    Slot(int maxTransferBytes) throws LinuxException {
        // A page of the answer, a page at whose end the request begins so that the data of WRITE begins at the next,
        // both kinds of data.
        MemorySegment memory = Pages.map(arena, 2L * Pages.BYTES + 2L * maxTransferBytes);
        // While a process is being killed the kernel brings in no pages for it, and a request that it is just copying
        // there is answered with EIO. The head and the names of a request are in these two.
        memory.set(ValueLayout.JAVA_BYTE, Pages.BYTES, (byte) 0);
        memory.set(ValueLayout.JAVA_BYTE, 2L * Pages.BYTES, (byte) 0);
        this.request = memory.asSlice(2L * Pages.BYTES - WRITE_HEAD_BYTES, WRITE_HEAD_BYTES + (long) maxTransferBytes);
        this.reply = new Reply(
                memory.asSlice(0, Pages.BYTES), memory.asSlice(2L * Pages.BYTES + maxTransferBytes, maxTransferBytes));
    }

    /** Returns where a request is read to. */
    MemorySegment request() {
        return request;
    }

    /**
     * Reads a request.
     *
     * @return its length, or the negative error number
     */
    long read(Descriptor device) {
        source = device;
        return device.read(request);
    }

    /** Returns the answer. */
    Reply reply() {
        return reply;
    }

    /**
     * Sends the answer the way that the request came; by another descriptor the kernel would not know what it answers.
     *
     * @return negative error number, -ENOENT if nobody waits for the answer any more
     */
    long send(long unique) {
        return reply.send(Objects.requireNonNull(source), unique);
    }

    @Override
    public void close() {
        arena.close();
    }
}
