package dev.lamella.fuse;

import java.io.IOException;

/** Bytes that are not what the protocol says: a request, or a {@linkplain Agreement#parse saved agreement}. */
public final class FuseProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long offset;

    FuseProtocolException(String what, long offset, String wrong) {
        super("%s, byte %d: %s".formatted(what, offset, wrong));
        this.offset = offset;
    }

    /** Returns where in the bytes the fault is. */
    public long offset() {
        return offset;
    }
}
