package dev.lamella.service;

import dev.lamella.client.ApiJson;
import dev.lamella.client.Problem;
import dev.lamella.service.Route.Description;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The description of the API, made of the table of routes and of the records, so that it cannot say anything else.
 *
 * @see <a href="https://spec.openapis.org/oas/v3.1.1.html">OpenAPI 3.1.1</a>
 */
final class OpenApi {

    private static final Pattern PARAMETER = Pattern.compile("\\{([a-zA-Z]+)}");

    private final Map<String, Object> schemas = new TreeMap<>();

    private OpenApi() {}

    /** Returns the description as JSON. */
    static byte[] describe(List<Route> routes, String version) {
        return ApiJson.write(new OpenApi().document(routes, version));
    }

    private Map<String, Object> document(List<Route> routes, String version) {
        Object problem = schema(Problem.class);
        var paths = new TreeMap<String, Map<String, Object>>();
        for (Route route : routes) {
            route.description()
                    .ifPresent(description -> paths.computeIfAbsent(route.path(), _ -> new TreeMap<>())
                            .put(route.method().toLowerCase(Locale.ROOT), operation(route, description, problem)));
        }
        return ordered(
                "openapi",
                "3.1.1",
                "info",
                ordered("title", "Lamella generator", "version", version, "license", license()),
                "security",
                List.of(Map.of("token", List.of()), Map.of("certificate", List.of())),
                "paths",
                paths,
                "components",
                ordered("schemas", schemas, "securitySchemes", securitySchemes()));
    }

    private static Map<String, Object> license() {
        return ordered("name", "Apache-2.0", "identifier", "Apache-2.0");
    }

    private static Map<String, Object> securitySchemes() {
        return ordered(
                "token", ordered("type", "http", "scheme", "bearer"), "certificate", ordered("type", "mutualTLS"));
    }

    private Map<String, Object> operation(Route route, Description description, Object problem) {
        Map<String, Object> operation = ordered("summary", description.summary(), "operationId", operationId(route));
        switch (route.access()) {
            case Access.Needs(var scope) -> operation.put("x-scope", scope.name());
            case Access.Page(var scope) -> operation.put("x-scope", scope.name());
            case Access.Open _, Access.ByItself _ -> operation.put("security", List.of());
        }
        List<Object> parameters = parameters(route, description);
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        description
                .body()
                .ifPresent(type -> operation.put(
                        "requestBody",
                        ordered("required", true, "content", content("application/json", schema(type)))));
        Map<String, Object> success = ordered("description", "It was done.");
        description
                .answer()
                .ifPresent(type -> success.put(
                        "content",
                        content(
                                type == String.class ? "text/plain" : "application/json",
                                description.listed() ? listing(type) : schema(type))));
        operation.put(
                "responses",
                ordered(
                        Integer.toString(description.status()),
                        success,
                        "default",
                        ordered(
                                "description",
                                "Why it was not done.",
                                "content",
                                content("application/problem+json", problem))));
        return operation;
    }

    private static String operationId(Route route) {
        var id = new StringBuilder(route.method().toLowerCase(Locale.ROOT));
        for (String word : route.path().split("[^a-zA-Z0-9]+", -1)) {
            if (!word.isEmpty() && !word.equals("v1")) {
                id.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
            }
        }
        return id.toString();
    }

    private static List<Object> parameters(Route route, Description description) {
        var parameters = new ArrayList<Object>();
        Matcher names = PARAMETER.matcher(route.path());
        while (names.find()) {
            parameters.add(ordered(
                    "name", names.group(1), "in", "path", "required", true, "schema", ordered("type", "string")));
        }
        for (Route.Parameter parameter : description.query()) {
            parameters.add(ordered(
                    "name",
                    parameter.name(),
                    "in",
                    parameter.in(),
                    "description",
                    parameter.summary(),
                    "schema",
                    ordered("type", "string")));
        }
        return parameters;
    }

    private static Map<String, Object> content(String type, Object schema) {
        return ordered(type, ordered("schema", schema));
    }

    private Map<String, Object> listing(Class<?> item) {
        return ordered(
                "type",
                "object",
                "required",
                List.of("items"),
                "properties",
                ordered("items", ordered("type", "array", "items", schema(item)), "next", ordered("type", "string")));
    }

    private Object schema(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            Class<?> raw = (Class<?>) generic.getRawType();
            if (raw == Optional.class) {
                return schema(arguments[0]);
            }
            if (Collection.class.isAssignableFrom(raw)) {
                return ordered("type", "array", "items", schema(arguments[0]));
            }
            return ordered("type", "object", "additionalProperties", schema(arguments[1]));
        }
        Class<?> simple = (Class<?>) type;
        if (simple.isRecord()) {
            return reference(simple);
        }
        if (simple.isEnum()) {
            return ordered(
                    "type",
                    "string",
                    "enum",
                    Arrays.stream(simple.getEnumConstants())
                            .map(Object::toString)
                            .toList());
        }
        if (simple == Instant.class) {
            return ordered("type", "string", "format", "date-time");
        }
        if (simple == boolean.class) {
            return ordered("type", "boolean");
        }
        if (simple == long.class || simple == int.class) {
            return ordered("type", "integer", "format", simple == long.class ? "int64" : "int32");
        }
        return ordered("type", "string");
    }

    private Object reference(Class<?> type) {
        String name = type.getSimpleName();
        if (!schemas.containsKey(name)) {
            Map<String, Object> properties = new LinkedHashMap<>();
            schemas.put(name, properties);
            var required = new ArrayList<String>();
            for (RecordComponent component : type.getRecordComponents()) {
                properties.put(component.getName(), schema(component.getGenericType()));
                if (component.getType() != Optional.class) {
                    required.add(component.getName());
                }
            }
            schemas.put(name, ordered("type", "object", "required", required, "properties", properties));
        }
        return ordered("$ref", "#/components/schemas/" + name);
    }

    private static Map<String, Object> ordered(Object... namesAndValues) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
