package dev.lamella.cli;

import dev.lamella.generator.PublishOptions;
import dev.lamella.generator.PublishedImage;
import dev.lamella.generator.Publisher;
import dev.lamella.oci.EngineConfig;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lamella publish}. */
@Command(name = "publish", description = "Download, verify and publish images into the volume store.")
final class PublishCommand implements Callable<Integer> {

    private final Session session;

    @Mixin
    private final ImageOptions options = new ImageOptions();

    PublishCommand(Session session) {
        this.session = session;
    }

    /** Goes on with the other images when one fails; the code is that of the first failure. */
    @Override
    public Integer call() throws IOException {
        EngineConfig engine = session.engineConfig();
        PublishOptions how = options.publishOptions(session);
        var publisher = new Publisher(session.writeStore(), engine, session.publishLimits());
        var documents = new ArrayList<Map<String, Object>>();
        var lines = new StringBuilder();
        int code = ExitCode.OK.number();
        for (String name : options.images()) {
            try (var progress = new Progress(session)) {
                PublishedImage image = publisher.publish(engine.reference(name), how, progress);
                documents.add(PublishDocuments.document(image));
                lines.append(PublishDocuments.line(image)).append('\n');
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                code = fail(session, e, code);
            }
        }
        if (!documents.isEmpty() || session.options().json()) {
            session.result(Json.object("published", List.copyOf(documents)), lines.toString());
        }
        return code;
    }

    /** Says what went wrong with one of several images; returns the code to end with. */
    static int fail(Session session, IOException thrown, int codeSoFar) {
        Failure failure = Failure.of(thrown);
        session.err().println("lamella: " + failure.message());
        if (session.options().verbosity() > 1) {
            thrown.printStackTrace(session.err());
        }
        return codeSoFar == ExitCode.OK.number() ? failure.code().number() : codeSoFar;
    }
}
