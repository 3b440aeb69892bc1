package dev.lamella.client;

import java.util.List;
import java.util.Optional;

/**
 * What became of a submission, image by image, in its order; of tags that a glob matched, in the order of their names.
 *
 * @param items one for each image
 */
public record SubmissionAnswer(List<Item> items) {

    /** Copies the list. */
    public SubmissionAnswer {
        items = List.copyOf(items);
    }

    /**
     * What became of one image.
     *
     * @param reference the image, normalised
     * @param job that publishes it; none in a dry run and if it was refused
     * @param refused why it is not published, by which rule
     */
    public record Item(String reference, Optional<String> job, Optional<String> refused) {}
}
