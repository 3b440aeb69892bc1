package dev.lamella.page;

import dev.lamella.client.Priority;
import dev.lamella.client.SubmissionAnswer;
import java.util.Optional;

/**
 * The content of the form that submits images.
 *
 * @param form what its fields hold
 * @param answer what became of it when it was sent
 */
public record SubmitPage(Form form, Optional<SubmissionAnswer> answer) {

    /** Returns the empty form. */
    public static SubmitPage empty() {
        return new SubmitPage(new Form("", "", "", Priority.HIGH, false), Optional.empty());
    }

    /**
     * The fields, as they were typed.
     *
     * @param images references, one a line
     * @param tags a glob, or empty
     * @param platform as {@code linux/arm64}, or empty
     * @param priority which jobs go first
     * @param dryRun say what would be done, and do nothing
     */
    public record Form(String images, String tags, String platform, Priority priority, boolean dryRun) {}
}
