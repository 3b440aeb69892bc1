package dev.lamella.tar;

import dev.lamella.filetree.ByteString;

/** The entry that errors are about. */
record EntryPosition(ByteString name, long offset) {

    static final EntryPosition START = new EntryPosition(ByteString.EMPTY, 0);

    TarFormatException malformed(String reason) {
        return new TarFormatException(name, offset, reason);
    }

    /** Throws if a value is beyond a limit. */
    void check(String limit, long value, long maximum) throws TarLimitException {
        if (value > maximum) {
            throw new TarLimitException(name, offset, limit, maximum);
        }
    }
}
