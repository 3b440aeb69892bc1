package dev.lamella.cli;

import dev.lamella.generator.PublishOptions;
import dev.lamella.generator.PublishedImage;
import dev.lamella.generator.Publisher;
import dev.lamella.node.NodeService;
import dev.lamella.oci.EngineConfig;
import dev.lamella.oci.Reference;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.ImageRecord;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
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
        var documents = new ArrayList<Map<String, Object>>();
        var lines = new StringBuilder();
        int code = ExitCode.OK.number();
        for (String name : options.images()) {
            long start = System.nanoTime();
            try {
                Reference reference = engine.reference(name);
                Optional<PublishedImage> published = Optional.empty();
                Optional<ImageRecord> known = refresh ? Optional.empty() : known(reference);
                if (known.isEmpty()) {
                    published = Optional.of(publish(engine, reference));
                }
                ImageRecord image = known.isPresent()
                        ? known.get()
                        : published.orElseThrow().image();
                NodeService node = session.node(session.readStore());
                int shown = node.show(image, List.of(reference.toString()));
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                documents.add(document(reference, image, published, shown, millis));
                lines.append("%s can be run: podman run %s\n".formatted(reference, reference));
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                code = PublishCommand.fail(session, e, code);
            }
        }
        if (!documents.isEmpty() || session.options().json()) {
            session.result(Json.object("pulled", List.copyOf(documents)), lines.toString());
        }
        return code;
    }

    /** Looks into the store, which need not exist yet. */
    private Optional<ImageRecord> known(Reference reference) throws IOException {
        if (java.nio.file.Files.notExists(
                session.config().get(ConfigKey.STORE_PATH).resolve("store.json"))) {
            return Optional.empty();
        }
        DirectoryStore store = session.readStore();
        Optional<ImageRecord> image = store.image(reference.toString());
        String wanted = options.publishOptions(session).platform().toString();
        // A tag that was published for another machine's kind is asked for again.
        return image.filter(
                there -> wanted.startsWith(there.platform()) || there.index().isEmpty());
    }

    private PublishedImage publish(EngineConfig engine, Reference reference) throws IOException {
        PublishOptions how = options.publishOptions(session);
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
