/**
 * The only native calls of Lamella, through the Foreign Function and Memory API.
 *
 * <p>Mounts, mounts on demand, loop devices, file locks between processes, file status and extended attributes as Linux has them,
 * descriptors that are read and written all the time, and processes that are started with descriptors and have some taken from them. It knows paths,
 * numbers and bytes, and no word of what Lamella does with them. Every failed call is a {@link dev.lamella.linux.LinuxException}
 * with the call, its object and the error number. Unless a type says otherwise, everything may be used by many threads.
 *
 * <p>Written for 64-bit Linux on x86-64 and AArch64, whose structures used here are alike; see man7.org, sections 2 and 5.
 */
@NullMarked
package dev.lamella.linux;

import org.jspecify.annotations.NullMarked;
