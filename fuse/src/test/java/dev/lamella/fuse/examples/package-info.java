/** File systems as a user of the library writes them, in a package of their own, which sees the public part only. */
@NullMarked
package dev.lamella.fuse.examples;

import org.jspecify.annotations.NullMarked;
