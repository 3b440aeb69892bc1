package dev.lamella.client;

import java.util.List;
import java.util.Optional;

/**
 * What is to be published.
 *
 * @param images references as a user writes them, at most 1,000
 * @param tags if set, a glob: of each repository named in {@code images} (without a tag), all tags that it matches
 * @param platform which image of an index, as {@code linux/arm64}; that of the generator if not set
 * @param priority which jobs go first
 * @param dryRun say what would be done, and do nothing
 */
public record Submission(
        List<String> images, Optional<String> tags, Optional<String> platform, Priority priority, boolean dryRun) {

    /** Copies the list. */
    public Submission {
        images = List.copyOf(images);
    }

    /** Returns a submission of one image. */
    public static Submission of(String image) {
        return new Submission(List.of(image), Optional.empty(), Optional.empty(), Priority.NORMAL, false);
    }
}
