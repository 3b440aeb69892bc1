package dev.lamella.cli;

import dev.lamella.generator.PublishOptions;
import dev.lamella.generator.PublishedImage;
import dev.lamella.generator.Publisher;
import dev.lamella.oci.EngineConfig;
import java.io.IOException;
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

    @Override
    public Integer call() throws IOException {
        EngineConfig engine = session.engineConfig();
        PublishOptions how = options.publishOptions(session);
        var publisher = new Publisher(session.writeStore(), engine, session.publishLimits());
        return new ImageLoop(session, "published").run(options.images(), name -> {
            try (var progress = new Progress(session)) {
                PublishedImage image = publisher.publish(engine.reference(name), how, progress);
                return new ImageLoop.Outcome(PublishDocuments.document(image), PublishDocuments.line(image));
            }
        });
    }
}
