/**
 * What the tests of all modules share: builders of raw bytes, and seeded randomness.
 *
 * <p>{@link dev.lamella.testkit.TarBytes} writes tar streams byte by byte, right or wrong on purpose, with no help from the code
 * under test. {@link dev.lamella.testkit.Fuzz} runs seeded rounds and says how to repeat the one that failed.
 *
 * <p>{@link dev.lamella.testkit.TreeFacts} says of a tree what a program can see of it, {@link
 * dev.lamella.testkit.MountedTree} of one that the kernel shows.
 *
 * <p>Only ever used by tests. Nothing here is safe for use by several threads at a time.
 */
@NullMarked
package dev.lamella.testkit;

import org.jspecify.annotations.NullMarked;
