/**
 * Where volumes, and the images made of them, live: {@link dev.lamella.store.VolumeStore}, and the store that is a
 * directory on a local
 * or distributed file system, {@link dev.lamella.store.DirectoryStore}. The layout is specified in {@code
 * docs/formats/volume.md}.
 *
 * <p>Stores are safe for use by several threads, and a directory store also by several processes and machines.
 * Readers take no locks.
 * Nothing half-written is ever visible: what is published appears by one rename of something complete and synced.
 * Whatever is
 * read is checked against a signature or a digest first. Nothing here knows a registry or a container engine.
 */
@NullMarked
package dev.lamella.store;

import org.jspecify.annotations.NullMarked;
