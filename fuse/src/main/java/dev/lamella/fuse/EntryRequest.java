package dev.lamella.fuse;

/** A request about a name in a directory, which is {@link #nodeId}. */
public sealed interface EntryRequest extends Request {

    /** Returns the name. */
    Name name();

    /**
     * Which file has this name?
     *
     * @param header what every request begins with
     * @param name looked for in the directory
     */
    record Lookup(RequestHeader header, Name name) implements EntryRequest {}

    /**
     * Make a file, which is not opened.
     *
     * @param header what every request begins with
     * @param name of the new file
     * @param mode type and permissions, as in {@code st_mode}, the umask already applied unless
     *     {@link Feature#DONT_MASK} is agreed on
     * @param rdev number of a device file, as the kernel writes it
     * @param umask of the process
     */
    record Mknod(RequestHeader header, Name name, int mode, int rdev, int umask) implements EntryRequest {}

    /**
     * Make a directory.
     *
     * @param header what every request begins with
     * @param name of the new directory
     * @param mode permissions, see {@link Mknod}
     * @param umask of the process
     */
    record Mkdir(RequestHeader header, Name name, int mode, int umask) implements EntryRequest {}

    /**
     * Make a symbolic link.
     *
     * @param header what every request begins with
     * @param name of the new link
     * @param target what it says
     */
    record Symlink(RequestHeader header, Name name, Name target) implements EntryRequest {}

    /**
     * Give a file another name.
     *
     * @param header what every request begins with
     * @param name the new one
     * @param oldNodeId the file
     */
    record Link(RequestHeader header, Name name, long oldNodeId) implements EntryRequest {}

    /**
     * Take a name away that is not a directory's. The file itself lives on as long as it is open.
     *
     * @param header what every request begins with
     * @param name to take away
     */
    record Unlink(RequestHeader header, Name name) implements EntryRequest {}

    /**
     * Remove an empty directory.
     *
     * @param header what every request begins with
     * @param name to take away
     */
    record Rmdir(RequestHeader header, Name name) implements EntryRequest {}

    /**
     * Move a file or directory.
     *
     * @param header what every request begins with
     * @param name the old one
     * @param newParent the directory of the new one
     * @param newName the new one
     * @param flags of renameat2(2): 1 not to replace, 2 to exchange, 4 to leave a whiteout
     */
    record Rename(RequestHeader header, Name name, long newParent, Name newName, int flags) implements EntryRequest {}

    /**
     * Make a file, if need be, and open it.
     *
     * @param header what every request begins with
     * @param name of the file
     * @param flags of open(2)
     * @param mode type and permissions, see {@link Mknod}
     * @param umask of the process
     * @param openFlags {@code FUSE_OPEN_...}
     */
    record Create(RequestHeader header, Name name, int flags, int mode, int umask, int openFlags)
            implements EntryRequest {}
}
