package dev.lamella.service;

import dev.lamella.client.Problem;
import java.util.Locale;
import java.util.Optional;

/** The kinds of problems, each with the status of its answer. Their URIs are part of the API. */
enum ProblemKind {
    BAD_REQUEST(400, "The request is not right"),
    UNAUTHENTICATED(401, "Valid credentials are needed"),
    FORBIDDEN(403, "That is not allowed to you"),
    NOT_FOUND(404, "There is no such thing"),
    METHOD_NOT_ALLOWED(405, "That cannot be done with it"),
    NOT_ACCEPTABLE_STATE(409, "That cannot be done as things are"),
    TOO_LARGE(413, "The request is too large"),
    WRONG_MEDIA_TYPE(415, "The body is of the wrong type"),
    REFUSED_BY_REGISTRY(422, "The registry did not answer as hoped"),
    TOO_MANY_REQUESTS(429, "Too many requests"),
    HEADER_TOO_LARGE(431, "The head of the request is too large"),
    INTERNAL(500, "Something went wrong in the generator"),
    UNAVAILABLE(503, "Not at the moment");

    private final int status;
    private final String title;

    ProblemKind(int status, String title) {
        this.status = status;
        this.title = title;
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    Problem with(String detail, Optional<String> instance) {
        String word = name().toLowerCase(Locale.ROOT).replace('_', '-');
        return new Problem("urn:lamella:problem:" + word, title, status, detail, instance);
    }

    /** Returns the kind of an answer that the HTTP server made by itself. */
    static ProblemKind ofStatus(int status) {
        for (ProblemKind kind : values()) {
            if (kind.status == status) {
                return kind;
            }
        }
        return status / 100 == 4 ? BAD_REQUEST : INTERNAL;
    }
}
