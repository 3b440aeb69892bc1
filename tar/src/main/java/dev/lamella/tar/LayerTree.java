package dev.lamella.tar;

import dev.lamella.filetree.Directory;

/**
 * A layer as a file tree, with whiteouts in overlayfs's form.
 *
 * @param root the layer's root directory
 * @param counts what the tar held
 */
public record LayerTree(Directory root, LayerCounts counts) {}
