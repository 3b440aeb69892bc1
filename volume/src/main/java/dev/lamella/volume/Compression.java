package dev.lamella.volume;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a layer's blob is compressed. */
public enum Compression {
    /** A plain tar. */
    NONE,
    /** Gzip, one member or several. */
    GZIP,
    /** Zstandard, one frame or several, skippable frames included; zstd:chunked is such a stream. */
    ZSTD;

    /** Returns the name in documents and messages: {@code none}, {@code gzip} or {@code zstd}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the compression of a label. */
    public static Optional<Compression> ofLabel(String label) {
        return Arrays.stream(values()).filter(c -> c.label().equals(label)).findFirst();
    }
}
