package dev.lamella.filetree;

/**
 * What every node carries besides its type and content.
 *
 * @param permissions the lower twelve bits of a mode: rwx for user, group and others, set-user-ID, set-group-ID and sticky
 * @param uid owner, an unsigned 32-bit number
 * @param gid group, an unsigned 32-bit number
 * @param mtime time of the last change of the content
 * @param xattrs extended attributes
 */
public record Metadata(int permissions, long uid, long gid, Timestamp mtime, Xattrs xattrs) {

    private static final int PERMISSIONS_MASK = 07777;
    private static final long ID_MAX = 0xffff_ffffL;

    /** Checks the ranges. */
    public Metadata {
        if ((permissions & ~PERMISSIONS_MASK) != 0) {
            throw new IllegalArgumentException("permissions out of range: 0%o".formatted(permissions));
        }
        if (uid < 0 || uid > ID_MAX || gid < 0 || gid > ID_MAX) {
            throw new IllegalArgumentException("owner out of range: %d:%d".formatted(uid, gid));
        }
    }

    /** Returns the same metadata with other extended attributes. */
    public Metadata withXattrs(Xattrs replacement) {
        return new Metadata(permissions, uid, gid, mtime, replacement);
    }
}
