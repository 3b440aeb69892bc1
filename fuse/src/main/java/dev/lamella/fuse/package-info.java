/**
 * File systems in user space: the kernel's FUSE protocol, spoken over {@code /dev/fuse} without libfuse and without
 * native code of its own.
 *
 * <p>A {@link dev.lamella.fuse.FileSystem} answers requests, a {@link dev.lamella.fuse.Session} mounts and serves it:
 *
 * <pre>{@code
 * final class Hello implements FileSystem {
 *     private static final byte[] TEXT = "hello\n".getBytes(UTF_8);
 *     private final MemorySegment text = Arena.ofAuto().allocateFrom(JAVA_BYTE, TEXT);
 *     private final Entry file = Entry.of(2, Attributes.file(2, 0444, TEXT.length), 1_000_000_000);
 *
 *     public boolean mayBlock(Request request) {
 *         return false;
 *     }
 *
 *     public Entry lookup(EntryRequest.Lookup request) throws FuseException {
 *         if (request.nodeId() == ROOT_ID && request.name().equals(Name.of("hello"))) {
 *             return file;
 *         }
 *         throw FuseException.of(Errno.ENOENT);
 *     }
 *
 *     public CachedAttributes getattr(NodeRequest.Getattr request) {
 *         return request.nodeId() == ROOT_ID
 *                 ? new CachedAttributes(Attributes.directory(ROOT_ID, 0555), 1_000_000_000)
 *                 : file.cachedAttributes();
 *     }
 *
 *     public void readdir(FileRequest.Readdir request, DirectoryBuffer buffer) {
 *         if (request.offset() == 0) {
 *             buffer.add(Name.of("hello"), 1, file);
 *         }
 *     }
 *
 *     public MemorySegment read(FileRequest.Read request, MemorySegment buffer) {
 *         long from = Math.min(request.offset(), TEXT.length);
 *         return text.asSlice(from, Math.min(request.sizeBytes(), TEXT.length - from));
 *     }
 * }
 *
 * var mount = MountOptions.of("hello");
 * try (Session session = Session.mount(Path.of("/mnt"), mount, new Hello(), SessionOptions.DEFAULT)) {
 *     session.await();
 * }
 * }</pre>
 *
 * <p>Every message is a record, named as in the header {@code linux/fuse.h}, whose versions 7.36 to 7.45 (Linux 5.17 to
 * 6.18) are spoken; numbers are in the byte order of the machine. Malformed requests are answered with EIO and logged,
 * unknown ones with ENOSYS. Every count and length has a limit: see {@link dev.lamella.fuse.SessionOptions} and
 * {@link dev.lamella.fuse.Name}.
 *
 * <p>The guide is {@code docs/fuse.md}. Needs {@code --enable-native-access} for {@code dev.lamella.linux}. Values are
 * immutable; other types say which threads may use them.
 */
@NullMarked
package dev.lamella.fuse;

import org.jspecify.annotations.NullMarked;
