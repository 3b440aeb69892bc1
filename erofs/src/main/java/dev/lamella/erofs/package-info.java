/**
 * Reads and writes EROFS images that hold metadata only: the content of their files lies in a layer's tar, which is device 1.
 *
 * <p>{@link dev.lamella.erofs.ErofsWriter} turns a neutral file tree into such an image, {@link dev.lamella.erofs.ErofsReader}
 * turns it back and is strict about it, {@link dev.lamella.erofs.ErofsDump} prints one as text, and {@link
 * dev.lamella.erofs.LayerDirectoryImage} puts a further root above the tree of an image. The format is the kernel's (<a
 * href="https://docs.kernel.org/filesystems/erofs.html">Documentation/filesystems/erofs</a> and {@code fs/erofs/erofs_fs.h},
 * uncompressed layouts, Linux 6.4 and later); the part of it that Lamella writes is specified in {@code docs/formats/index.md}.
 *
 * <p>Bytes in, bytes out: no paths, network, clock or randomness, and the same tree gives the same bytes. Nothing is kept
 * between calls, so different threads may make calls at the same time, on different trees and streams. Compressed images are
 * never read, and an image that breaks a rule is never repaired or guessed at: {@link dev.lamella.erofs.ErofsFormatException}.
 */
@NullMarked
package dev.lamella.erofs;

import org.jspecify.annotations.NullMarked;
