package dev.lamella.jobs;

import java.time.Instant;
import java.util.List;

/** Nodes that told the generator of themselves. Those that were silent for 30 days are forgotten. */
public final class NodeRegistry {

    /** How long a silent node is remembered. */
    static final int DAYS = 30;

    private static final int NODES_MAX = 10_000;

    private final JobDatabase database;

    /** Of a database. */
    public NodeRegistry(JobDatabase database) {
        this.database = database;
    }

    /**
     * Notes that a node was seen now.
     *
     * @param name at most 253 characters
     * @param version at most 100 characters
     * @param images JSON, at most a million characters
     */
    public void seen(String name, String version, String images) {
        Texts.check("node", name, 253);
        Texts.check("version", version, 100);
        if (images.length() > 1_000_000) {
            throw new IllegalArgumentException(
                    "the images of node %s are %d characters, at most 1000000".formatted(name, images.length()));
        }
        database.run(handle -> {
            int updated = handle.createUpdate(
                            "update node set version = :version, last_seen = :now, images = :images where name = :name")
                    .bind("name", name)
                    .bind("version", version)
                    .bind("now", System.currentTimeMillis())
                    .bind("images", images)
                    .execute();
            if (updated == 0) {
                handle.createUpdate("insert into node (name, version, last_seen, images)"
                                + " values (:name, :version, :now, :images)")
                        .bind("name", name)
                        .bind("version", version)
                        .bind("now", System.currentTimeMillis())
                        .bind("images", images)
                        .execute();
            }
        });
    }

    /** Lists nodes by name, at most ten thousand. */
    public List<NodeRecord> list() {
        return database.relaxed(handle -> handle.createQuery("select name, version, last_seen, images from node"
                        + " order by name fetch first :max rows only")
                .bind("max", NODES_MAX)
                .map((row, context) -> new NodeRecord(
                        row.getString("name"),
                        row.getString("version"),
                        Instant.ofEpochMilli(row.getLong("last_seen")),
                        row.getString("images")))
                .list());
    }

    /** Forgets a node; returns whether there was one. */
    public boolean forget(String name) {
        return database.transaction(handle -> handle.execute("delete from node where name = ?", name)) > 0;
    }
}
