package dev.lamella.cli;

import dev.lamella.generator.PublishOptions;
import dev.lamella.generator.PublishedImage;
import dev.lamella.generator.Publisher;
import dev.lamella.node.NodeService;
import dev.lamella.oci.EngineConfig;
import dev.lamella.oci.Platform;
import dev.lamella.oci.Reference;
import dev.lamella.store.ImageRecord;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lamella pull}. */
@Command(name = "pull", description = "Show images to this machine's container engine; publish them first if need be.")
final class PullCommand implements Callable<Integer> {

    private final Session session;

    @Mixin
    private final ImageOptions options = new ImageOptions();

    @Option(names = "--refresh", description = "Ask the registry again though the store has the reference.")
    private boolean refresh;

    PullCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        EngineConfig engine = session.engineConfig();
        PublishOptions how = options.publishOptions(session);
        return new ImageLoop(session, "pulled")
                .run(options.images(), name -> pull(engine, engine.reference(name), how));
    }

    private ImageLoop.Outcome pull(EngineConfig engine, Reference reference, PublishOptions how) throws IOException {
        long start = System.nanoTime();
        Optional<PublishedImage> published = Optional.empty();
        Optional<ImageRecord> known = refresh ? Optional.empty() : known(reference, how.platform());
        if (known.isEmpty()) {
            published = Optional.of(publish(engine, reference, how));
        }
        ImageRecord image =
                known.isPresent() ? known.get() : published.orElseThrow().image();
        NodeService node = session.node(session.readStore());
        int shown = node.show(image, List.of(reference.toString()));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        return new ImageLoop.Outcome(
                document(reference, image, published, shown, millis),
                "%s can be run: podman run %s".formatted(reference, reference));
    }

    /** Looks into the store, which need not exist yet. */
    private Optional<ImageRecord> known(Reference reference, Platform wanted) throws IOException {
        if (!session.hasStore()) {
            return Optional.empty();
        }
        Optional<ImageRecord> image = session.readStore().image(reference.toString());
        // A tag that was published for another machine's kind is asked for again.
        return image.filter(there -> there.isFor(wanted.toString()));
    }

    private PublishedImage publish(EngineConfig engine, Reference reference, PublishOptions how) throws IOException {
        var publisher = new Publisher(session.writeStore(), engine, session.publishLimits());
        try (var progress = new Progress(session)) {
            PublishedImage image = publisher.publish(reference, how, progress);
            session.tell(PublishDocuments.line(image));
            return image;
        }
    }

    private static Map<String, Object> document(
            Reference reference, ImageRecord image, Optional<PublishedImage> published, int shown, long millis) {
        return Json.object(
                "reference",
                reference,
                "manifestDigest",
                image.manifestDigest(),
                "imageId",
                image.configDigest(),
                "published",
                published.map(PublishDocuments::document),
                "newLayers",
                shown,
                "elapsedMillis",
                millis);
    }
}
