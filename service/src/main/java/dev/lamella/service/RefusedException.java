package dev.lamella.service;

import dev.lamella.policy.Decision;
import java.io.IOException;

/** The policy refuses an image that is about to be published. */
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean unsigned;

    RefusedException(Decision.Refused refusal) {
        super(said(refusal));
        unsigned = refusal.unsigned();
    }

    /** Returns whether nothing but a signature is missing. */
    boolean isUnsigned() {
        return unsigned;
    }

    static String said(Decision.Refused refusal) {
        return "%s (%s)".formatted(refusal.reason(), refusal.rule());
    }
}
