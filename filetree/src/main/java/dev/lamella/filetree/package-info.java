/**
 * The neutral file tree in the middle of Lamella: tar, EROFS and tables of contents meet only here.
 *
 * <p>Values and trees in memory; no files, network, threads, clock or logging. Names are byte strings
 * ({@link dev.lamella.filetree.ByteString}), because Linux file names and extended attribute names are bytes and not text.
 * Everything here is immutable and safe to share between threads, except {@link dev.lamella.filetree.Directory}, which is
 * filled by one thread and then only read.
 */
@NullMarked
package dev.lamella.filetree;

import org.jspecify.annotations.NullMarked;
