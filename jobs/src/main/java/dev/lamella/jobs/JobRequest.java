package dev.lamella.jobs;

import java.util.Optional;

/**
 * What somebody wants done.
 *
 * @param action what to do
 * @param reference the image's normalised name: {@code docker.io/library/debian:12}, at most 1024 characters
 * @param registry its registry: {@code docker.io}; limits of concurrency hold for each
 * @param repository its repository, registry included: {@code docker.io/library/debian}; repositories take turns
 * @param platform which image of an index; empty for the generator's default, and to delete
 * @param priority how urgent
 * @param origin who asked, and how
 */
public record JobRequest(
        JobAction action,
        String reference,
        String registry,
        String repository,
        Optional<String> platform,
        JobPriority priority,
        JobOrigin origin) {

    /** Checks the texts. */
    public JobRequest {
        Texts.check("reference", reference, 1024);
        Texts.check("registry", registry, 300);
        Texts.check("repository", repository, 700);
        platform.ifPresent(text -> Texts.check("platform", text, 100));
        if (!repository.startsWith(registry + "/") || !reference.startsWith(repository)) {
            throw new IllegalArgumentException(
                    "reference %s, repository %s and registry %s do not belong together; each must begin with the next"
                            .formatted(reference, repository, registry));
        }
    }

    /** Returns whether another request wants the same done, whoever asks and however urgently. */
    public boolean wantsSameAs(JobRequest other) {
        return action == other.action && reference.equals(other.reference) && platform.equals(other.platform);
    }
}
