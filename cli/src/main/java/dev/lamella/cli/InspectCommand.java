package dev.lamella.cli;

import dev.lamella.filetree.Digest;
import dev.lamella.store.BlobRecord;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.LayerRecord;
import dev.lamella.volume.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code lamella inspect}. */
@Command(name = "inspect", description = "Show everything known of an image or a layer.")
final class InspectCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(
            paramLabel = "IMAGE|DIGEST",
            description = "A reference, a digest, or at least 6 digits of its beginning.")
    private String name = "";

    InspectCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        DirectoryStore store = session.readStore();
        var finder = new ImageFinder(session, store);
        Optional<Volume> volume = finder.findVolume(name);
        Map<String, Object> document;
        if (volume.isPresent()) {
            Digest diffId = volume.get().descriptor().diffId();
            document = Json.object("kind", "layer");
            document.putAll(Documents.volume(
                    volume.get(),
                    LayersCommand.users(store).getOrDefault(diffId, List.of()),
                    LayersCommand.blobs(store).getOrDefault(diffId, List.of())));
        } else {
            document = Json.object("kind", "image");
            document.putAll(image(finder.image(name), store));
        }
        session.result(document, text(document, ""));
        return ExitCode.OK.number();
    }

    private static Map<String, Object> image(ImageRecord image, DirectoryStore store) throws IOException {
        Map<String, Object> document = Documents.image(image, store.references(image.manifestDigest()));
        var layers = new ArrayList<Map<String, Object>>();
        for (LayerRecord layer : image.layers()) {
            Map<String, Object> described = Documents.layer(layer);
            store.blob(layer.blobDigest())
                    .flatMap(BlobRecord::tocDigest)
                    .ifPresent(digest -> described.put("tocDigest", digest));
            store.volume(layer.diffId()).ifPresent(volume -> {
                described.put("dataSizeBytes", volume.descriptor().dataSizeBytes());
                described.put("indexSizeBytes", volume.descriptor().indexSizeBytes());
                described.put("entries", volume.descriptor().counts().entries());
            });
            layers.add(described);
        }
        document.put("layers", layers);
        return document;
    }

    /** The document as indented lines. */
    private static String text(Map<?, ?> document, String indent) {
        var text = new StringBuilder();
        document.forEach((name, value) -> append(text, indent, String.valueOf(name), value));
        return text.toString();
    }

    private static void append(StringBuilder text, String indent, String name, Object value) {
        switch (value) {
            case Map<?, ?> inner ->
                text.append(indent).append(name).append(":\n").append(text(inner, indent + "  "));
            case List<?> list -> {
                text.append(indent).append(name).append(list.isEmpty() ? ": none\n" : ":\n");
                for (Object element : list) {
                    if (element instanceof Map<?, ?> inner) {
                        String lines = text(inner, indent + "    ");
                        text.append(indent).append("  - ").append(lines.stripLeading());
                    } else {
                        text.append(indent).append("  - ").append(element).append('\n');
                    }
                }
            }
            default -> text.append("%s%s: %s%n".formatted(indent, name, value));
        }
    }
}
