package dev.lamella.door;

import dev.lamella.filetree.Digest;
import dev.lamella.oci.Credentials;
import dev.lamella.oci.EngineConfig;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Reference;
import dev.lamella.oci.Registry;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What registries say of references, with the rights of who asks. Thread-safe. */
final class Upstream {

    private static final int REMEMBERED_MAX = 1000;
    private static final long REMEMBERED_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final EngineConfig configured;
    private final EngineConfig stranger;

    /** When repositories were last seen to be open to strangers; the least recently seen go first. */
    private final Map<String, Long> open = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED_MAX;
        }
    });

    Upstream(EngineConfig configured) {
        this.configured = configured;
        this.stranger = configured.withoutCredentials();
    }

    /** Returns how registries are reached for a request: only who gives the command has the machine's own credentials. */
    EngineConfig engine(PullRequest request) {
        return request.door() == Door.COMMAND ? configured : stranger;
    }

    /** Asks for the digest of the manifest or index that a request's reference stands for now. */
    Digest digest(PullRequest request) throws IOException {
        return digest(request.reference(), engine(request), request.credentials());
    }

    private static Digest digest(Reference reference, EngineConfig engine, Optional<Credentials> credentials)
            throws IOException {
        try (Registry registry = Registry.open(reference, engine, credentials)) {
            return registry.digest();
        }
    }

    /** Returns whether a request's image is given to somebody without credentials too. */
    boolean isOpen(PullRequest request) throws IOException {
        if (request.credentials().isEmpty() && request.door() != Door.COMMAND) {
            return true;
        }
        Reference reference = request.reference();
        Long seen = open.get(reference.name());
        if (seen != null && System.nanoTime() - seen < REMEMBERED_NANOS) {
            return true;
        }
        try {
            Digest _ = digest(reference, stranger, Optional.empty());
        } catch (OciException e) {
            return switch (e.kind()) {
                case UNAUTHORIZED, FORBIDDEN, NOT_FOUND -> false;
                default -> throw e;
            };
        }
        open.put(reference.name(), System.nanoTime());
        return true;
    }
}
