package dev.lamella.policy;

import java.io.IOException;

/** {@code policy.json}, a file of {@code registries.d} or a file of keys is not as it should be. The message is one line. */
public final class PolicyException extends IOException {

    private static final long serialVersionUID = 1L;

    PolicyException(String message) {
        super(message);
    }

    PolicyException(String message, Throwable cause) {
        super(message, cause);
    }
}
