package dev.lamella.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Does {@link RegistryFault}s to answers. */
final class FaultyAnswers {

    private FaultyAnswers() {}

    /** Changes the answer itself. */
    static HttpAnswer apply(@Nullable RegistryFault fault, HttpRequest request, Supplier<HttpAnswer> right) {
        return switch (fault) {
            case RegistryFault.Status(var code, var headers, var body) -> {
                HttpAnswer answer = HttpAnswer.text(code, body);
                headers.forEach(answer::header);
                yield answer;
            }
            case RegistryFault.Redirect(var code, URI target) -> {
                boolean whole = target.getPath() != null && !target.getPath().isEmpty();
                yield HttpAnswer.text(code, "")
                        .header("Location", whole ? target.toString() : target + request.target());
            }
            case RegistryFault.WrongBytes(long at) -> {
                HttpAnswer answer = right.get();
                byte[] wrong = answer.content.clone();
                wrong[Math.toIntExact(Math.min(at, wrong.length - 1L))] ^= 1;
                yield withContent(answer, wrong).part(answer.from, answer.length);
            }
            case RegistryFault.Oversized(int sizeBytes) -> {
                var spaces = new byte[sizeBytes];
                Arrays.fill(spaces, (byte) ' ');
                yield withContent(right.get(), spaces);
            }
            case RegistryFault.ContentType(String mediaType) -> right.get().header("Content-Type", mediaType);
            case RegistryFault.WrongRange(long shiftBytes) -> {
                HttpAnswer answer = right.get();
                if (answer.status == 206) {
                    answer.part(answer.from + shiftBytes, answer.length - shiftBytes);
                    answer.header("Content-Range", RegistryContent.contentRange(answer));
                }
                yield answer;
            }
            case null, default -> right.get();
        };
    }

    private static HttpAnswer withContent(HttpAnswer answer, byte[] bytes) {
        var changed = new HttpAnswer(answer.status, bytes);
        changed.headers.putAll(answer.headers);
        return changed;
    }

    /** Writes the answer, or what the fault leaves of it; returns whether the connection may carry another. */
    static boolean send(HttpAnswer answer, @Nullable RegistryFault fault, boolean headOnly, OutputStream out)
            throws IOException, InterruptedException {
        answer.writeHead(out, fault instanceof RegistryFault.WrongLength wrong ? wrong.contentLength() : answer.length);
        if (headOnly) {
            out.flush();
            return true;
        }
        switch (fault) {
            case RegistryFault.HangUp(long afterBytes) -> {
                answer.writeBody(out, afterBytes);
                return false;
            }
            case RegistryFault.Stall(long afterBytes, long holdMillis) -> {
                answer.writeBody(out, afterBytes);
                Thread.sleep(holdMillis);
                return false;
            }
            case RegistryFault.Slow slow -> answer.writeSlowly(out, slow);
            case RegistryFault.WrongLength(long contentLength) -> {
                answer.writeBody(out, Math.min(answer.length, contentLength));
                return false;
            }
            case null, default -> answer.writeBody(out, Long.MAX_VALUE);
        }
        return true;
    }
}
