package dev.lamella.page;

import dev.lamella.client.ImageView;
import dev.lamella.client.Listing;
import java.util.Optional;

/**
 * The content of the list of images.
 *
 * @param search what was searched for, empty if nothing
 * @param layer if set, only images with this layer are listed: its DiffID
 * @param images the part of the list to show
 */
public record ImagesPage(String search, Optional<String> layer, Listing<ImageView> images) {}
