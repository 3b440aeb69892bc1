/**
 * Shows published images to the container engine of this machine, as an additional image store of containers/storage.
 *
 * <p>An image store is a directory of plain files and mounts: {@code overlay-layers/layers.json} lists layers by chain ID, {@code
 * overlay-images/images.json} images, and {@code overlay/<chain ID>} is the mount of an EROFS image that holds the layer's tree
 * ({@link dev.lamella.node.LayerDirectory} has the shape and its reasons). Engines read all of it without any process of ours.
 *
 * <p>Changes are made under a lock of the whole node, in an order that leaves every instant consistent: directories and mounts,
 * then the list of layers, then the list of images; and backwards when something is taken away.
 *
 * <p>{@link dev.lamella.node.NodeService} may be used by several threads and processes. What engines expect of these files was
 * found by running them: {@code docs/containers-storage.md}.
 */
@NullMarked
package dev.lamella.node;

import org.jspecify.annotations.NullMarked;
