package dev.lamella.testkit;

import java.net.URI;
import java.util.Map;

/** What a {@link TestRegistry} does wrong to a request. */
public sealed interface RegistryFault {

    /** Answers with a status, headers and a body instead of the content. */
    record Status(int code, Map<String, String> headers, String body) implements RegistryFault {
        /** Answers with an error of the distribution specification. */
        public static Status error(int code, String errorCode, String message) {
            return new Status(
                    code,
                    Map.of("Content-Type", "application/json"),
                    "{\"errors\":[{\"code\":\"%s\",\"message\":\"%s\"}]}".formatted(errorCode, message));
        }

        /** Answers with a status alone. */
        public static Status of(int code) {
            return new Status(code, Map.of(), "");
        }

        /** Answers with a status that asks to wait. */
        public static Status retryAfter(int code, String retryAfter) {
            return new Status(code, Map.of("Retry-After", retryAfter), "");
        }
    }

    /** Closes the connection before anything is answered. */
    record Drop() implements RegistryFault {}

    /** Closes the connection in the middle of the body, after so many bytes of it. */
    record HangUp(long afterBytes) implements RegistryFault {}

    /** Sends the body in pieces with a pause after each. */
    record Slow(int pieceBytes, long pauseMillis) implements RegistryFault {}

    /** Sends so many bytes of the body, then nothing, and keeps the connection open for so long. */
    record Stall(long afterBytes, long holdMillis) implements RegistryFault {}

    /** Says another Content-Length than the body has; the connection closes after the body. */
    record WrongLength(long contentLength) implements RegistryFault {}

    /** Flips one bit of the body. */
    record WrongBytes(long atByte) implements RegistryFault {}

    /** Sends the body of another media type. */
    record ContentType(String mediaType) implements RegistryFault {}

    /** Answers a request for a part with the whole, as servers without range support do. */
    record IgnoreRange() implements RegistryFault {}

    /** Answers a request for a part with another part than the one asked for. */
    record WrongRange(long shiftBytes) implements RegistryFault {}

    /** Replaces the body by so many spaces, to try limits. */
    record Oversized(int sizeBytes) implements RegistryFault {}

    /** Redirects: the request's path and query are put behind the given address unless it has a path itself. */
    record Redirect(int code, URI target) implements RegistryFault {}
}
