/**
 * The ways by which an image is asked for without anybody saying {@code lamella pull}: the engine's helper (hook), and a registry mirror on
 * the loopback interface. Both ask the node, over a unix socket, to have the image's layers in its image store, and wait no longer than a
 * time box; then the engine's own pull finds the layers, or fetches them.
 *
 * <p>Nothing in here may make a pull fail that would work without it.
 */
@NullMarked
package dev.lamella.door;

import org.jspecify.annotations.NullMarked;
