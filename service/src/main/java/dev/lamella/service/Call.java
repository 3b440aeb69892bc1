package dev.lamella.service;

import dev.lamella.client.PageRequest;
import dev.lamella.client.Scope;
import dev.lamella.oci.Printable;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;

/** A request that may be answered: who asks is known, and may ask this. */
final class Call {

    private static final int LIMIT_DEFAULT = 100;

    private final Context context;
    private final Principal who;
    private final int bodyBytesMax;

    Call(Context context, Principal who, int bodyBytesMax) {
        this.context = context;
        this.who = who;
        this.bodyBytesMax = bodyBytesMax;
    }

    /** Returns the same request of somebody who has proved who he is in the meantime. */
    Call of(Principal other) {
        return new Call(context, other, bodyBytesMax);
    }

    Principal who() {
        return who;
    }

    Context context() {
        return context;
    }

    String path(String parameter) {
        return context.pathParam(parameter);
    }

    /** Returns a parameter of the query that is there and not empty. */
    Optional<String> query(String parameter) {
        return Optional.ofNullable(context.queryParam(parameter)).filter(value -> !value.isEmpty());
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(context.header(name)).filter(value -> !value.isEmpty());
    }

    boolean flag(String parameter) throws ProblemException {
        return switch (query(parameter).orElse("false")) {
            case "true" -> true;
            case "false" -> false;
            case String other ->
                throw ProblemException.badRequest(
                        "%s: \"%s\", expected true or false".formatted(parameter, Printable.of(other)));
        };
    }

    /** Returns which part of a list is wanted. */
    PageRequest page() throws ProblemException {
        String limit = query("limit").orElse(Integer.toString(LIMIT_DEFAULT));
        int number = limit.matches("[0-9]{1,6}") ? Integer.parseInt(limit) : 0;
        if (number < 1 || number > PageRequest.LIMIT_MAX) {
            throw ProblemException.badRequest(
                    "limit: \"%s\", expected 1 to %d".formatted(Printable.of(limit), PageRequest.LIMIT_MAX));
        }
        return new PageRequest(number, query("cursor"));
    }

    /** Reads the body as JSON. Its type must be said, which keeps forms of other sites out. */
    JsonBody json() throws ProblemException, IOException {
        String type = header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        if (!type.equals("application/json") && !type.startsWith("application/json;")) {
            throw new ProblemException(
                    ProblemKind.WRONG_MEDIA_TYPE,
                    "Content-Type \"%s\", expected application/json".formatted(Printable.of(type)));
        }
        return JsonBody.parse(body(bodyBytesMax));
    }

    /** Reads the body. */
    byte[] body(int bytesMax) throws ProblemException, IOException {
        try (InputStream in = context.req().getInputStream()) {
            byte[] body = in.readNBytes(bytesMax + 1);
            if (body.length > bytesMax) {
                throw new ProblemException(
                        ProblemKind.TOO_LARGE, "the body is larger than %d bytes".formatted(bytesMax));
            }
            return body;
        }
    }

    boolean may(Scope scope) {
        return who.may(scope);
    }
}
