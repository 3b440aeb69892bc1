package dev.lamella.volume;

import java.util.Arrays;

/** Keeps the last bytes of a blob, which only turn out to be the last when there are no more. */
final class BlobEnd implements BlobTap {

    private final byte[] kept;
    private int count;

    BlobEnd(int sizeBytes) {
        this.kept = new byte[sizeBytes];
    }

    @Override
    public void take(long position, byte[] bytes, int offset, int length) {
        int added = Math.min(length, kept.length);
        int stay = Math.min(count, kept.length - added);
        System.arraycopy(kept, count - stay, kept, 0, stay);
        System.arraycopy(bytes, offset + length - added, kept, stay, added);
        count = stay + added;
    }

    /** Returns the last bytes; fewer than were asked for only of a shorter blob. */
    byte[] bytes() {
        return Arrays.copyOf(kept, count);
    }
}
