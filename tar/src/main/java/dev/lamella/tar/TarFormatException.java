package dev.lamella.tar;

import dev.lamella.filetree.ByteString;
import java.io.IOException;

/** A layer's tar breaks a rule: of the tar format, of what a layer may hold, or a limit ({@link TarLimitException}). */
public sealed class TarFormatException extends IOException permits TarLimitException {

    private static final long serialVersionUID = 1L;
    private static final int SHOWN_CHARACTERS_MAX = 300;

    private final String entry;
    private final long offset;

    TarFormatException(ByteString entry, long offset, String reason) {
        super("tar entry \"%s\" at byte %d: %s".formatted(shorten(entry), offset, reason));
        this.entry = shorten(entry);
        this.offset = offset;
    }

    /** Returns the name of the entry for messages, shortened and printable; empty where it has none. */
    public String entry() {
        return entry;
    }

    /** Returns the offset of the entry's header in the uncompressed tar, in bytes. */
    public long offset() {
        return offset;
    }

    static String shorten(ByteString name) {
        String shown = name.toString();
        return shown.length() <= SHOWN_CHARACTERS_MAX ? shown : shown.substring(0, SHOWN_CHARACTERS_MAX) + "...";
    }
}
