package dev.lamella.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Does the same to each of several images and goes on with the others when one fails; the code is that of the first failure. */
final class ImageLoop {

    private final Session session;
    private final String field;

    /** What became of one image: its JSON object and its line of text. */
    record Outcome(Map<String, Object> document, String line) {}

    /** The work on one image. */
    @FunctionalInterface
    interface Work {
        Outcome on(String name) throws IOException;
    }

    /** Makes a loop whose outcomes are a list in the field of that name. */
    ImageLoop(Session session, String field) {
        this.session = session;
        this.field = field;
    }

    /** Works on all images, prints what became of them and returns the code to end with; an interruption ends it at once. */
    int run(List<String> names, Work work) throws IOException {
        var documents = new ArrayList<Map<String, Object>>();
        var lines = new StringBuilder();
        ExitCode code = ExitCode.OK;
        for (String name : names) {
            try {
                Outcome outcome = work.on(name);
                documents.add(outcome.document);
                lines.append(outcome.line).append('\n');
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                ExitCode failed = session.report(e);
                code = code == ExitCode.OK ? failed : code;
            }
        }
        if (!documents.isEmpty() || session.options().json()) {
            session.result(Json.object(field, documents), lines.toString());
        }
        return code.number();
    }
}
