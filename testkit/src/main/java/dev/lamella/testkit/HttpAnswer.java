package dev.lamella.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer before it goes over the wire: a part of some content, and the fault it is to suffer there. */
final class HttpAnswer {

    private static final int PIECE_BYTES = 1 << 20;

    final int status;
    final Map<String, String> headers = new LinkedHashMap<>();
    final byte[] content;
    long from;
    long length;

    HttpAnswer(int status, byte[] content) {
        this.status = status;
        this.content = content;
        this.length = content.length;
    }

    static HttpAnswer text(int status, String text) {
        return new HttpAnswer(status, text.getBytes(StandardCharsets.UTF_8)).header("Content-Type", "application/json");
    }

    HttpAnswer header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    HttpAnswer part(long fromByte, long lengthBytes) {
        from = fromByte;
        length = lengthBytes;
        return this;
    }

    void writeHead(OutputStream out, long contentLength) throws IOException {
        var head = new StringBuilder("HTTP/1.1 ").append(status).append(" -\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Length: ").append(contentLength).append("\r\n\r\n");
        out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    void writeBody(OutputStream out, long limitBytes) throws IOException {
        long end = from + Math.min(length, limitBytes);
        for (long at = from; at < end; at += PIECE_BYTES) {
            out.write(content, Math.toIntExact(at), (int) Math.min(PIECE_BYTES, end - at));
        }
        out.flush();
    }

    void writeSlowly(OutputStream out, RegistryFault.Slow slow) throws IOException, InterruptedException {
        for (long at = from; at < from + length; at += slow.pieceBytes()) {
            out.write(content, Math.toIntExact(at), (int) Math.min(slow.pieceBytes(), from + length - at));
            out.flush();
            Thread.sleep(slow.pauseMillis());
        }
    }
}
