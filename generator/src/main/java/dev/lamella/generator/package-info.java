/**
 * Publishes images: from a registry into a volume store.
 *
 * <p>{@link dev.lamella.generator.Publisher} resolves a reference, makes a volume of every layer that the store does not have, several at
 * a time, and when all are there makes the image visible. What was published stays published whatever happens later; what was
 * begun and not finished is not visible, and cleaned up by the next publisher. Nothing here mounts anything or knows of container
 * engines' stores. Publishers are safe to share by threads.
 */
@NullMarked
package dev.lamella.generator;

import org.jspecify.annotations.NullMarked;
