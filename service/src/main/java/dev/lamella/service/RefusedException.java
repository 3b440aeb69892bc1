package dev.lamella.service;

import dev.lamella.policy.Decision;
import java.io.IOException;

/** The policy refuses an image that is about to be published. */
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(Decision.Refused refusal) {
        super(said(refusal));
    }

    static String said(Decision.Refused refusal) {
        return "%s (%s)".formatted(refusal.reason(), refusal.rule());
    }
}
