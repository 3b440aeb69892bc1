package dev.lamella.fuse;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lamella.linux.Descriptor;
import dev.lamella.linux.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Tells the kernel what it does not ask: {@code enum fuse_notify_code}.
 *
 * <p>May be used by many threads at a time, but not by a handler about the very directory or file it is working on: the
 * kernel holds locks for the one that the other needs. Results say whether the kernel knew what it was told about; if
 * not there is nothing to do.
 */
public final class Notifier {

    private static final int INVAL_INODE = 2;
    private static final int INVAL_ENTRY = 3;
    private static final int DELETE = 6;
    private static final int RESEND = 7;
    private static final int EXPIRE_ONLY = 1;

    private final Descriptor device;

    Notifier(Descriptor device) {
        this.device = device;
    }

    /**
     * A file's attributes have changed, and its content from an offset on.
     *
     * @param offset in bytes, negative if only attributes have changed
     * @param lengthBytes how much, 0 for all the rest
     */
    public boolean invalidateNode(long nodeId, long offset, long lengthBytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = message(arena, 24);
            message.set(JAVA_LONG, 16, nodeId); // fuse_notify_inval_inode_out: ino, off, len
            message.set(JAVA_LONG, 24, offset);
            message.set(JAVA_LONG, 32, lengthBytes);
            return send(message, INVAL_INODE);
        }
    }

    /** A name in a directory stands for something else from now on, or for nothing. */
    public boolean invalidateEntry(long parent, Name name) throws IOException {
        return entry(parent, name, 0);
    }

    /** A name in a directory is to be looked up before it is used again; what uses it already is not disturbed. */
    public boolean expireEntry(long parent, Name name) throws IOException {
        return entry(parent, name, EXPIRE_ONLY);
    }

    private boolean entry(long parent, Name name, int flags) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = message(arena, 16 + name.length() + 1);
            message.set(JAVA_LONG, 16, parent); // fuse_notify_inval_entry_out: parent, namelen, flags
            message.set(JAVA_INT, 24, name.length());
            message.set(JAVA_INT, 28, flags);
            MemorySegment.copy(name.raw(), 0, message, JAVA_BYTE, 32, name.length());
            return send(message, INVAL_ENTRY);
        }
    }

    /** A file or directory was removed by somebody else; those who watch it by inotify(7) hear of it. */
    public boolean delete(long parent, long child, Name name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = message(arena, 24 + name.length() + 1);
            message.set(JAVA_LONG, 16, parent); // fuse_notify_delete_out: parent, child, namelen, padding
            message.set(JAVA_LONG, 24, child);
            message.set(JAVA_INT, 32, name.length());
            MemorySegment.copy(name.raw(), 0, message, JAVA_BYTE, 40, name.length());
            return send(message, DELETE);
        }
    }

    /**
     * Asks for all requests again that were read and not answered, {@link RequestHeader#isResent}. For a successor;
     * needs {@link Feature#HAS_RESEND}.
     */
    public void resend() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            send(message(arena, 0), RESEND);
        }
    }

    private static MemorySegment message(Arena arena, int bodyBytes) {
        return arena.allocate(Reply.HEADER_BYTES + (long) bodyBytes, 8);
    }

    /** A notification is an answer to request 0 with its code in place of an error. */
    private boolean send(MemorySegment message, int code) throws IOException {
        message.set(JAVA_INT, 0, (int) message.byteSize());
        message.set(JAVA_INT, 4, code);
        long result = device.write(message);
        if (result >= 0) {
            return true;
        }
        if (result == -Errno.ENOENT) {
            return false;
        }
        throw new IOException("notification %d: %s".formatted(code, Errno.describe((int) -result)));
    }
}
