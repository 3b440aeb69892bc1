/**
 * Reads the uncompressed tar of an OCI layer as a file tree whose content stays where it lies in the tar.
 *
 * <p>{@link dev.lamella.tar.LayerReader} makes one pass over a stream, keeps no content, touches no file, clock or network,
 * and gives the same tree for the same bytes. Formats: v7, <a
 * href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">ustar and PAX</a>, <a
 * href="https://www.gnu.org/software/tar/manual/html_node/Tar-Internals.html">GNU tar</a> (long names, base-256 numbers, sparse
 * files of all four forms) and star's prefix; layers as the <a
 * href="https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md">OCI image specification</a> has them.
 *
 * <h2>Rules</h2>
 *
 * Where real layers are accepted by containers/storage (read at v1.43.0 and v1.57.2, overlay driver, run as root), the tree is
 * the one that its unpacking leaves on disk:
 *
 * <ul>
 *   <li><b>Names</b> lie below the layer's root: a leading {@code /}, doubled slashes, {@code .} and a trailing slash mean
 *       nothing. A component {@code ..}, an empty name, a parent that is a symbolic link or no directory in this layer, are
 *       errors, here and in the targets of hard links.
 *   <li><b>The root</b> has mode 0555 and owner 0:0. An entry {@code ./} does not change that, an entry {@code /} does.
 *   <li><b>Missing parents</b> become directories of mode 0755, owner 0:0 and time 0 (where containers/storage has the time
 *       of unpacking), until an entry of their own comes.
 *   <li><b>The same path again</b>: directories merge, attributes add up, anything else is replaced. What replaces a directory
 *       that had an entry gets that entry's time.
 *   <li><b>Symbolic links</b> have mode 0777, whatever their entry says, as on any file system of Linux.
 *   <li><b>Hard links</b> go to what the target's name is at that moment, any type but directories. Owner, mode, time and
 *       attributes of the link's entry are applied to the file; {@code security.capability} is lost unless the entry has it,
 *       as by chown. A symbolic link keeps its mode and time.
 *   <li><b>Whiteouts</b> {@code .wh.NAME}, of any type, become the character device 0:0 with mode 0 and the entry's owner and
 *       time. {@code .wh..wh..opq} sets {@code trusted.overlay.opaque} and {@code user.overlay.opaque} to {@code y} on its
 *       directory, for good. Other {@code .wh..wh.*} are whiteouts of {@code .wh.*}. Below a name that is hidden or no
 *       directory a whiteout does nothing. Hiding a name that the same layer already has, or hiding no name, is an error; a
 *       name after its whiteout replaces it.
 *   <li><b>Times</b> before 1970 or after 2^63 nanoseconds since become 0, except those of symbolic links.
 *   <li><b>Attributes</b> come from {@code SCHILY.xattr.*}. Left out are {@code security.selinux}, namespaces unknown to
 *       Linux, and what Linux does not let a type of file have: {@code user.*} on all but files and directories, ACLs on
 *       symbolic links, default ACLs on all but directories. {@code uname}, {@code gname} and global PAX headers are
 *       ignored; GNU long names beat PAX ones.
 *   <li><b>Bodies</b> belong to regular files (types {@code 0}, NUL, {@code 7}, {@code S}) only. Types other than these,
 *       {@code 1} to {@code 6}, {@code x}, {@code g}, {@code L} and {@code K} are errors.
 *   <li><b>The end</b> is two zero blocks, or the end of the stream behind an entry; bytes behind it are read and ignored.
 * </ul>
 *
 * <p>Content is used in place by whole blocks of 512 bytes of both file and tar. A last, partial block is so too if the tar has
 * zeros behind it. Other blocks are written to the stored bytes.
 *
 * <p>Nothing here is safe for use by several threads at a time; separate calls are independent. Errors are {@link
 * dev.lamella.tar.TarFormatException} and its subtype for {@link dev.lamella.tar.TarLimits}; failures of the streams pass
 * through.
 */
@NullMarked
package dev.lamella.tar;

import org.jspecify.annotations.NullMarked;
