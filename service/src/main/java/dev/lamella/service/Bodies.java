package dev.lamella.service;

import dev.lamella.client.NodeReport;
import dev.lamella.client.Priority;
import dev.lamella.client.Scope;
import dev.lamella.client.Submission;
import dev.lamella.client.TokenRequest;

/** Reads the bodies of requests as records. */
final class Bodies {

    private static final int IMAGES_MAX = 1000;
    private static final int NODE_IMAGES_MAX = 10_000;
    private static final int REFERENCE_CHARS_MAX = 1024;
    private static final int WORD_CHARS_MAX = 200;

    private Bodies() {}

    static Submission submission(JsonBody body) throws ProblemException {
        var submission = new Submission(
                body.texts("images", IMAGES_MAX, REFERENCE_CHARS_MAX),
                body.optionalText("tags", WORD_CHARS_MAX),
                body.optionalText("platform", WORD_CHARS_MAX),
                body.word("priority", Priority.class).orElse(Priority.NORMAL),
                body.flag("dryRun"));
        body.end();
        if (submission.images().isEmpty()) {
            throw ProblemException.badRequest("images: empty; name at least one image");
        }
        return submission;
    }

    static TokenRequest tokenRequest(JsonBody body) throws ProblemException {
        var request = new TokenRequest(
                body.text("name", WORD_CHARS_MAX), body.words("scopes", Scope.class), body.time("expires"));
        body.end();
        return request;
    }

    static NodeReport nodeReport(JsonBody body) throws ProblemException {
        var report = new NodeReport(
                body.text("version", WORD_CHARS_MAX), body.texts("images", NODE_IMAGES_MAX, WORD_CHARS_MAX));
        body.end();
        return report;
    }
}
