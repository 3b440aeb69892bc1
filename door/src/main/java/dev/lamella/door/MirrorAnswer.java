package dev.lamella.door;

import dev.lamella.oci.ForwardAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The answer to one request of a mirror. For one thread. */
final class MirrorAnswer {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int BUFFER_BYTES = 32 << 10;

    /** What is about a connection and not about the content, or about who asked. */
    private static final Set<String> KEPT_BACK = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "alt-svc",
            "set-cookie",
            "strict-transport-security",
            "www-authenticate");

    private final Response response;
    private final boolean head;
    private final MirrorMetrics metrics;

    MirrorAnswer(Request request, Response response, MirrorMetrics metrics) {
        this.response = response;
        this.head = request.getMethod().equals("HEAD");
        this.metrics = metrics;
    }

    boolean isHead() {
        return head;
    }

    boolean isCommitted() {
        return response.isCommitted();
    }

    void header(String name, String value) {
        response.getHeaders().put(name, value);
    }

    /** Answers with a text. */
    void text(int status, String mediaType, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        header("Content-Type", mediaType);
        header("Content-Length", String.valueOf(content.length));
        if (!head) {
            write(true, content, content.length);
        }
    }

    /** Answers with an error of the distribution specification. */
    void error(int status, String code, String message) throws IOException {
        ObjectNode object = JSON.createObjectNode();
        object.putArray("errors").addObject().put("code", code).put("message", message);
        text(status, "application/json", JSON.writeValueAsString(object));
    }

    /**
     * Passes a registry's answer on.
     *
     * @param start what was read of the body already
     */
    void pass(ForwardAnswer original, MirrorPath.Target target, byte[] start) throws IOException {
        response.setStatus(original.status());
        original.headers().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!KEPT_BACK.contains(lower) && !lower.startsWith(":")) {
                values.forEach(
                        value -> response.getHeaders().add(name, lower.equals("link") ? link(value, target) : value));
            }
        });
        if (head || original.status() == 304 || original.status() == 204) {
            return;
        }
        write(false, start, start.length);
        byte[] buffer = new byte[BUFFER_BYTES];
        InputStream body = original.body();
        for (int length = body.read(buffer); length >= 0; length = body.read(buffer)) {
            write(false, buffer, length);
        }
        write(true, buffer, 0);
    }

    /** Waits until it has gone out; a client that is gone or takes nothing for too long is an exception. */
    private void write(boolean last, byte[] bytes, int length) throws IOException {
        if (length > 0 || last) {
            Content.Sink.write(response, last, ByteBuffer.wrap(bytes, 0, length));
            metrics.passed(length);
        }
    }

    /** The next page of a list, where it lies here. */
    private static String link(String value, MirrorPath.Target target) {
        String there = "</v2/" + target.repository().repository() + "/";
        return value.startsWith(there)
                ? "</v2/%s/%s"
                        .formatted(
                                MirrorName.of(target.repository().registry()).orElse(""),
                                value.substring("</v2/".length()))
                : value;
    }
}
