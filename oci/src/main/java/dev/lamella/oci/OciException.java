package dev.lamella.oci;

import java.io.IOException;
import java.util.OptionalLong;

/** A reference, an image's document, a registry or the engine's configuration of it is not as it should be. The message is one line. */
public final class OciException extends IOException {

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final transient OptionalLong retryAfterMillis;

    /** What sort of failure. */
    public enum Kind {
        /** What was given is no image reference. */
        MALFORMED_REFERENCE,
        /** A manifest, an index or a config breaks its specification, a limit or its digest. */
        MALFORMED,
        /** It is right, but of a kind that is not supported. */
        UNSUPPORTED,
        /** The registry has no such thing. */
        NOT_FOUND,
        /** The registry or its token server wants other credentials. */
        UNAUTHORIZED,
        /** The registry knows who asks and refuses. */
        FORBIDDEN,
        /** The engine's configuration blocks the registry. */
        BLOCKED,
        /** The registry asks to come back later. */
        RATE_LIMITED,
        /** No connection, no answer in time, or a server's error. */
        UNAVAILABLE,
        /** The certificate or the handshake is no good. */
        TLS,
        /** The answer breaks the distribution specification. */
        WRONG_ANSWER,
        /** {@code registries.conf}, {@code auth.json}, a helper or a certificate file is wrong. */
        CONFIGURATION
    }

    OciException(Kind kind, String message) {
        super(message);
        this.kind = kind;
        this.retryAfterMillis = OptionalLong.empty();
    }

    OciException(Kind kind, String message, OptionalLong retryAfterMillis) {
        super(message);
        this.kind = kind;
        this.retryAfterMillis = retryAfterMillis;
    }

    OciException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.retryAfterMillis = OptionalLong.empty();
    }

    /** Returns what sort of failure this is. */
    public Kind kind() {
        return kind;
    }

    /** Returns how long the registry asked to wait, before any cap. */
    OptionalLong retryAfterMillis() {
        return retryAfterMillis;
    }

    /** Returns whether the same request may succeed a little later. */
    boolean isPassing() {
        return kind == Kind.UNAVAILABLE || kind == Kind.RATE_LIMITED;
    }
}
