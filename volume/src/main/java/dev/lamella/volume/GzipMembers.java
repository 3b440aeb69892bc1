package dev.lamella.volume;

/**
 * Where the last two members of a gzip blob begin: in eStargz the TOC's and the footer.
 *
 * <p>Written by the thread that decompresses, and read by another after that has ended.
 */
final class GzipMembers {

    /**
     * The beginning of a member.
     *
     * @param blobOffset where its header is in the blob
     * @param dataOffset where its content is in the decompressed data
     */
    record Start(long blobOffset, long dataOffset) {}

    private Start last = new Start(-1, -1);
    private Start beforeLast = new Start(-1, -1);

    void begin(long blobOffset, long dataOffset) {
        beforeLast = last;
        last = new Start(blobOffset, dataOffset);
    }

    /** Returns the beginning of the last member; of offset -1 if there is none. */
    Start last() {
        return last;
    }

    /** Returns the beginning of the one before; of offset -1 if there is none. */
    Start beforeLast() {
        return beforeLast;
    }
}
