package dev.lamella.page;

import java.time.Instant;
import java.util.Optional;

/**
 * What every page needs to know besides its own content.
 *
 * @param viewer who looks; none before signing in
 * @param csrfToken goes with every form as the field {@code csrf}; a form without it is not to be believed
 * @param now the time that "3 min ago" counts from
 * @param notice shown once, above the content
 */
public record Visit(Optional<Viewer> viewer, String csrfToken, Instant now, Optional<Notice> notice) {

    boolean maySubmit() {
        return viewer.isPresent() && viewer.get().maySubmit();
    }

    boolean mayAdminister() {
        return viewer.isPresent() && viewer.get().mayAdminister();
    }
}
