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

    private static final int TEXT_CHARS_MAX = 200;
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
            String plain = printable(new String(body, StandardCharsets.UTF_8).strip());
            boolean markup = plain.startsWith("<");
            return plain.isEmpty() || markup ? "" : ": \"" + plain + "\"";
        }
        return said.isEmpty() ? "" : ": " + String.join(", ", said);
    }

    private static String text(JsonNode node) {
        return node.isString() ? printable(node.stringValue()) : "";
    }

    /** Escapes what could fool a terminal or a log, and shortens. */
    static String printable(String text) {
        var printable = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (printable.length() >= TEXT_CHARS_MAX) {
                return printable.append("...").toString();
            }
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                printable.append('\\').append(c);
            } else if (c >= 0x20 && c < 0x7f) {
                printable.append(c);
            } else {
                printable.append("\\u%04x".formatted((int) c));
            }
        }
        return printable.toString();
    }
}
