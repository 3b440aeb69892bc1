package dev.lamella.fuse.examples;

import dev.lamella.fuse.BackingFile;
import dev.lamella.fuse.Opened;
import dev.lamella.fuse.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The backing files of nodes that are open: the kernel wants the same for all who have a node open at a time. */
final class HostBacking {

    private record Shared(BackingFile file, int openings) {}

    private final ConcurrentMap<Long, Shared> byNode = new ConcurrentHashMap<>();

    Opened share(Session session, long nodeId, Opened opened) {
        Shared shared = byNode.compute(nodeId, (_, known) -> {
            try {
                return known == null
                        ? new Shared(session.openBacking((int) opened.handle()), 1)
                        : new Shared(known.file(), known.openings() + 1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return opened.passthrough(shared.file());
    }

    void release(long nodeId) {
        byNode.computeIfPresent(nodeId, (_, known) -> {
            if (known.openings() > 1) {
                return new Shared(known.file(), known.openings() - 1);
            }
            try {
                known.file().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return null;
        });
    }
}
