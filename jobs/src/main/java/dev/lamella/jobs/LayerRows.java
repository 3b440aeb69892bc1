package dev.lamella.jobs;

import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The progress of jobs' layers, one JSON text for each job, in the table {@code job_layers}. */
final class LayerRows {

    /** What the column takes; of an image with more layers than fit, none are shown. */
    private static final int LENGTH_MAX = 1_000_000;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<List<LayerProgress>> LAYERS = new TypeReference<>() {};

    private LayerRows() {}

    /** Returns a job's layers, none if nothing is known. */
    static List<LayerProgress> read(Handle handle, UUID id) {
        return handle.createQuery("select layers from job_layers where job_id = :id")
                .bind("id", id)
                .mapTo(String.class)
                .findOne()
                .map(layers -> JSON.readValue(layers, LAYERS))
                .orElse(List.of());
    }

    /** Replaces a job's layers. */
    static void write(Handle handle, UUID id, List<LayerProgress> layers) {
        String json = JSON.writeValueAsString(layers);
        if (json.length() > LENGTH_MAX) {
            return;
        }
        int updated = handle.createUpdate("update job_layers set layers = :layers where job_id = :id")
                .bind("layers", json)
                .bind("id", id)
                .execute();
        if (updated == 0 && !layers.isEmpty()) {
            handle.createUpdate("insert into job_layers (job_id, layers) values (:id, :layers)")
                    .bind("id", id)
                    .bind("layers", json)
                    .execute();
        }
    }
}
