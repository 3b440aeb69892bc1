package dev.lamella.fuse;

/**
 * What every request begins with, {@code struct fuse_in_header}.
 *
 * @param length of the whole request in bytes
 * @param code the {@linkplain Opcode opcode's} number
 * @param unique names the request in its answer
 * @param nodeId the file or directory it is about
 * @param uid user who asks. With {@link Feature#ALLOW_IDMAP}: whose a file that is made is to be, and -1 in
 *     requests that make none, on every view of the mount. What the kernel does by itself is root's
 * @param gid group who asks, with the same exception
 * @param pid process who asks, 0 if it is the kernel itself or cannot be seen from here
 */
public record RequestHeader(int length, int code, long unique, long nodeId, int uid, int gid, int pid) {

    static final int BYTES = 40;

    /** FUSE_UNIQUE_RESEND: set in what the kernel sends again. */
    static final long RESEND = 1L << 63;

    /**
     * Returns whether the kernel sends this for the second time, as asked by {@link Notifier#resend}. The first may
     * have been carried out without an answer: a file system that is changed by requests must expect to find the work
     * done.
     */
    public boolean isResent() {
        return (unique & RESEND) != 0;
    }

    /** Returns {@link #unique} as it was when the request was sent first: the same however often it comes. */
    public long number() {
        return unique & ~RESEND;
    }

    /** Returns the kind of request for messages: its name or its number. */
    public String operation() {
        return Opcode.show(code);
    }
}
