package dev.lamella.service;

import java.util.List;
import java.util.Optional;

/**
 * One route of the service.
 *
 * @param method of HTTP
 * @param path with parameters in braces
 * @param access who may use it
 * @param handler answers
 * @param description what the API's description says of it; none for what is no part of the API
 */
record Route(String method, String path, Access access, Handler handler, Optional<Description> description) {

    /** Answers requests. */
    @FunctionalInterface
    interface Handler {
        Answer answer(Call call) throws Exception;
    }

    /**
     * What the API's description says of a route.
     *
     * @param summary what it does
     * @param query the parameters of its query
     * @param body the type of its body
     * @param status of an answer that is no problem
     * @param answer the type of its answer
     * @param listed whether the answer is a listing of this type
     */
    record Description(
            String summary,
            List<Parameter> query,
            Optional<Class<?>> body,
            int status,
            Optional<Class<?>> answer,
            boolean listed) {

        static Description of(String summary) {
            return new Description(summary, List.of(), Optional.empty(), 204, Optional.empty(), false);
        }

        Description with(Parameter... parameters) {
            return new Description(summary, List.of(parameters), body, status, answer, listed);
        }

        Description takes(Class<?> type) {
            return new Description(summary, query, Optional.of(type), status, answer, listed);
        }

        Description gives(Class<?> type) {
            return new Description(summary, query, body, 200, Optional.of(type), false);
        }

        Description gives(int other, Class<?> type) {
            return new Description(summary, query, body, other, Optional.of(type), false);
        }

        Description lists(Class<?> type) {
            return new Description(summary, query, body, 200, Optional.of(type), true);
        }
    }

    /**
     * A parameter of a query or a header.
     *
     * @param name its name
     * @param in {@code query} or {@code header}
     * @param summary what it means
     */
    record Parameter(String name, String in, String summary) {

        static final Parameter LIMIT = query("limit", "how many items at most, 1 to 1000; 100 if not given");
        static final Parameter CURSOR = query("cursor", "\"next\" of the part before; the beginning if not given");

        static Parameter query(String name, String summary) {
            return new Parameter(name, "query", summary);
        }

        static Parameter header(String name, String summary) {
            return new Parameter(name, "header", summary);
        }
    }

    static Route described(String method, String path, Access access, Handler handler, Description description) {
        return new Route(method, path, access, handler, Optional.of(description));
    }
}
