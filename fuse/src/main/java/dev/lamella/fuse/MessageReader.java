package dev.lamella.fuse;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads the fields of a message one after the other, in the byte order of the machine, and never beyond its end. */
final class MessageReader {

    private final MemorySegment message;
    private final String what;
    private final long end;
    private long at;

    /**
     * Begins to read.
     *
     * @param what the message's name, for exceptions
     * @param from the first byte to read
     * @param end the first not to read
     */
    MessageReader(MemorySegment message, String what, long from, long end) {
        this.message = message;
        this.what = what;
        this.at = from;
        this.end = end;
    }

    int int32() throws FuseProtocolException {
        return message.get(JAVA_INT_UNALIGNED, advance(Integer.BYTES));
    }

    long int64() throws FuseProtocolException {
        return message.get(JAVA_LONG_UNALIGNED, advance(Long.BYTES));
    }

    void skip(int count) throws FuseProtocolException {
        advance(count);
    }

    /** Returns the next bytes where they are. */
    MemorySegment bytes(long count) throws FuseProtocolException {
        if (count < 0 || count > end - at) {
            throw wrong("%d bytes, and %d more are announced".formatted(end - at, count));
        }
        return message.asSlice(advance(count), count);
    }

    long remaining() {
        return end - at;
    }

    /** Reads bytes up to a NUL, which must be there. */
    Name name() throws FuseProtocolException {
        long length = 0;
        long max = Math.min(end - at, Name.BYTES_MAX + 1L);
        while (length < max && message.get(JAVA_BYTE, at + length) != 0) {
            length++;
        }
        if (length == max) {
            throw wrong("a name without an end, or of more than %d bytes".formatted(Name.BYTES_MAX));
        }
        if (length == 0) {
            throw wrong("an empty name");
        }
        var bytes = new byte[(int) length];
        MemorySegment.copy(message, ValueLayout.JAVA_BYTE, at, bytes, 0, bytes.length);
        at += length + 1;
        return Name.ofChecked(bytes);
    }

    FuseProtocolException wrong(String wrong) {
        return new FuseProtocolException(what, at, wrong);
    }

    private long advance(long count) throws FuseProtocolException {
        if (count > end - at) {
            throw wrong("%d bytes, %d needed".formatted(end - at, count));
        }
        long was = at;
        at += count;
        return was;
    }
}
