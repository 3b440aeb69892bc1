package dev.lamella.oci;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a registry says in the body of an error, made fit for a message: escaped, on one line, short.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#error-codes">OCI distribution
 *     specification, error codes</a>
 */
final class ErrorBody {

    private static final int ERRORS_MAX = 3;
    private static final JsonMapper JSON = new JsonMapper();

    private ErrorBody() {}

    /** Returns what the body says, with a leading {@code ": "}; empty if it says nothing fit to print. */
    static String describe(byte[] body) {
        List<String> said = new ArrayList<>();
        try {
            JsonNode root = JSON.readTree(body);
            for (JsonNode error : root.path("errors")) {
                if (said.size() < ERRORS_MAX) {
                    said.add(text(error.path("code")) + " \"" + text(error.path("message")) + "\"");
                }
            }
            if (said.isEmpty()) {
                // Token servers answer as OAuth 2 does, or with a bare "details".
                for (String name : List.of("error", "error_description", "details", "message")) {
                    if (root.path(name).isString()) {
                        said.add("\"" + text(root.path(name)) + "\"");
                    }
                }
            }
        } catch (JacksonException _) {
            String plain = Printable.of(new String(body, StandardCharsets.UTF_8).strip());
            boolean markup = plain.startsWith("<");
            return plain.isEmpty() || markup ? "" : ": \"" + plain + "\"";
        }
        return said.isEmpty() ? "" : ": " + String.join(", ", said);
    }

    private static String text(JsonNode node) {
        return node.isString() ? Printable.of(node.stringValue()) : "";
    }
}
