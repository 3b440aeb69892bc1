package dev.lamella.fuse;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.lamella.linux.Descriptor;
import dev.lamella.linux.Pages;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The answer to one request in the making: {@code struct fuse_out_header} and what follows it. Small answers lie behind
 * their header and are written as they are; data lies elsewhere, beginning at a page, and is written along with the
 * header by one call.
 */
final class Reply {

    static final int HEADER_BYTES = 16;

    /** An array of two struct iovec, at the end of the page that has the header. */
    private static final int VECTOR_AT = Pages.BYTES - 32;

    private final MemorySegment head;
    private final MemorySegment buffer;
    private int errno;
    private int length;
    private MemorySegment data = MemorySegment.NULL;

    /**
     * Makes room for answers.
     *
     * @param head a page
     * @param buffer for data, begins at a page
     */
    Reply(MemorySegment head, MemorySegment buffer) {
        this.head = head;
        this.buffer = buffer;
    }

    /** Returns memory for an answer of at most so many bytes; less if there is not so much. */
    MemorySegment buffer(int sizeBytes) {
        return buffer.asSlice(0, Math.min(sizeBytes, buffer.byteSize()));
    }

    void error(int number) {
        begin(0);
        errno = number;
    }

    boolean isError(int number) {
        return errno == number;
    }

    void empty() {
        begin(0);
    }

    void entry(Entry entry) {
        begin(Entry.BYTES);
        entry.write(head, HEADER_BYTES);
    }

    void created(Created created) {
        begin(Entry.BYTES + Opened.BYTES);
        created.entry().write(head, HEADER_BYTES);
        created.opened().write(head, HEADER_BYTES + Entry.BYTES);
    }

    void opened(Opened opened) {
        begin(Opened.BYTES);
        opened.write(head, HEADER_BYTES);
    }

    void attributes(CachedAttributes attributes) {
        begin(CachedAttributes.BYTES);
        attributes.write(head, HEADER_BYTES);
    }

    void statx(StatxAttributes attributes) {
        begin(StatxAttributes.BYTES);
        attributes.write(head, HEADER_BYTES);
    }

    void statfs(FileSystemStatus status) {
        begin(FileSystemStatus.BYTES);
        status.write(head, HEADER_BYTES);
    }

    void agreement(Agreement agreement) {
        begin(Agreement.BYTES);
        agreement.write(head, HEADER_BYTES);
    }

    /**
     * {@code struct fuse_write_out}, {@code fuse_getxattr_out}: a size and padding. {@code fuse_lseek_out} and others:
     * 64 bits.
     */
    void number(long value) {
        begin(Long.BYTES);
        head.set(JAVA_LONG_UNALIGNED, HEADER_BYTES, value);
    }

    /** Data that lies in {@link #buffer} or elsewhere. */
    void data(MemorySegment segment) {
        begin(0);
        data = segment;
    }

    void data(byte[] bytes) {
        MemorySegment target = buffer(bytes.length);
        MemorySegment.copy(bytes, 0, target, JAVA_BYTE, 0, bytes.length);
        data(target);
    }

    /** Names one after the other, each with a NUL at its end. */
    void names(List<Name> names, int sizeBytes) {
        MemorySegment target = buffer(sizeBytes);
        long at = 0;
        for (Name name : names) {
            MemorySegment.copy(name.raw(), 0, target, JAVA_BYTE, at, name.length());
            at += name.length();
            target.set(JAVA_BYTE, at++, (byte) 0);
        }
        data(target);
    }

    private void begin(int bodyBytes) {
        errno = 0;
        length = HEADER_BYTES + bodyBytes;
        data = MemorySegment.NULL;
    }

    /**
     * Writes the answer.
     *
     * @return negative error number, -ENOENT if nobody waits for the answer any more
     */
    long send(Descriptor device, long unique) {
        long dataBytes = data.byteSize();
        writeHeader(unique);
        if (dataBytes == 0) {
            return device.write(head.asSlice(0, length));
        }
        head.set(JAVA_LONG_UNALIGNED, VECTOR_AT, head.address());
        head.set(JAVA_LONG_UNALIGNED, VECTOR_AT + 8, length);
        head.set(JAVA_LONG_UNALIGNED, VECTOR_AT + 16, data.address());
        head.set(JAVA_LONG_UNALIGNED, VECTOR_AT + 24, dataBytes);
        return device.write(head.asSlice(VECTOR_AT, 32), 2);
    }

    /** Returns what {@link #send} writes. */
    byte[] bytes(long unique) {
        writeHeader(unique);
        var all = new byte[(int) (length + data.byteSize())];
        MemorySegment.copy(head, JAVA_BYTE, 0, all, 0, length);
        MemorySegment.copy(data, JAVA_BYTE, 0, all, length, (int) data.byteSize());
        return all;
    }

    private void writeHeader(long unique) {
        head.set(JAVA_INT_UNALIGNED, 0, (int) (length + data.byteSize()));
        head.set(JAVA_INT_UNALIGNED, 4, -errno);
        head.set(JAVA_LONG_UNALIGNED, 8, unique);
    }
}
