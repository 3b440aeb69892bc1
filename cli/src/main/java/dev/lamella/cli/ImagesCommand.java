package dev.lamella.cli;

import dev.lamella.filetree.Digest;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.LayerRecord;
import dev.lamella.store.StoreException;
import dev.lamella.volume.VolumeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code lamella images}. */
@Command(name = "images", description = "List the published images.")
final class ImagesCommand implements Callable<Integer> {

    private final Session session;

    ImagesCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        DirectoryStore store = session.readStore();
        var documents = new ArrayList<Map<String, Object>>();
        var table = new Table("REFERENCE", "DIGEST", "IMAGE ID", "LAYERS", "DATA", "PUBLISHED");
        var sizes = new HashMap<Digest, Long>();
        Map<Digest, List<String>> allReferences = store.references();
        for (ImageRecord image : store.images()) {
            List<String> references = allReferences.getOrDefault(image.manifestDigest(), List.of());
            long dataSizeBytes = 0;
            for (LayerRecord layer : image.layers()) {
                dataSizeBytes += sizeOf(layer.diffId(), store, sizes);
            }
            Map<String, Object> document = Documents.image(image, references);
            document.put("dataSizeBytes", dataSizeBytes);
            documents.add(document);
            for (String reference : references.isEmpty() ? List.of("<none>") : references) {
                table.row(
                        reference,
                        Documents.shortened(image.manifestDigest()),
                        Documents.shortened(image.configDigest()),
                        String.valueOf(image.layers().size()),
                        ByteSize.mebibytes(dataSizeBytes),
                        image.published().toString());
            }
        }
        session.result(Json.object("images", documents), table.toString());
        return ExitCode.OK.number();
    }

    /** One damaged layer must not hide all images. */
    private long sizeOf(Digest diffId, DirectoryStore store, Map<Digest, Long> known) throws IOException {
        Long sizeBytes = known.get(diffId);
        if (sizeBytes == null) {
            try {
                sizeBytes = store.volume(diffId)
                        .map(volume -> volume.descriptor().dataSizeBytes())
                        .orElse(0L);
            } catch (VolumeException | StoreException e) {
                session.warn("layer %s: %s".formatted(diffId, e.getMessage()));
                sizeBytes = 0L;
            }
            known.put(diffId, sizeBytes);
        }
        return sizeBytes;
    }
}
