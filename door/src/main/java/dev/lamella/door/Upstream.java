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
    private static final int CONNECTIONS_MAX = 64;
    private static final long REMEMBERED_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final EngineConfig configured;
    private final EngineConfig stranger;

    /** When repositories, or single images, were last seen to be open to strangers. */
    private final Map<String, Long> open = remembered(REMEMBERED_MAX);

    /**
     * Connections made as a stranger, by repository: to set one up takes longer than to ask. Those with credentials are made for one
     * request. One that is forgotten here ends once nobody uses it any more.
     */
    private final Map<String, Registry> strangers = remembered(CONNECTIONS_MAX);

    Upstream(EngineConfig configured) {
        this.configured = configured;
        this.stranger = configured.ofNobody();
    }

    /** Returns how registries are reached for a request: only who gives the command has the machine's own credentials. */
    EngineConfig engine(PullRequest request) {
        return request.door() == Door.COMMAND ? configured : stranger;
    }

    /** Asks for the digest of the manifest or index that a request's reference stands for now. */
    Digest digest(PullRequest request) throws IOException {
        return digest(request.reference(), engine(request), request.credentials());
    }

    private Digest digest(Reference reference, EngineConfig engine, Optional<Credentials> credentials)
            throws IOException {
        if (engine == stranger && credentials.isEmpty()) {
            return stranger(reference).digest(reference);
        }
        try (Registry registry = Registry.open(reference, engine, credentials)) {
            return registry.digest(reference);
        }
    }

    private Registry stranger(Reference reference) throws IOException {
        Registry known = strangers.get(reference.name());
        if (known == null) {
            known = Registry.open(reference, stranger, Optional.empty());
            strangers.put(reference.name(), known);
        }
        return known;
    }

    /** A map that forgets what was not looked at for the longest time. */
    private static <V> Map<String, V> remembered(int entriesMax) {
        return Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > entriesMax;
            }
        });
    }

    /** Returns whether a request's image is given to somebody without credentials too. */
    boolean isOpen(PullRequest request) throws IOException {
        Reference reference = request.reference();
        boolean isPinned = reference.digest().isPresent();
        if (request.credentials().isEmpty() && request.door() != Door.COMMAND && !isPinned) {
            return true; // a stranger was just told its digest
        }
        // A digest may be that of any image of the store: that a repository is open says nothing of it.
        String what = isPinned ? reference.toString() : reference.name();
        Long seen = open.get(what);
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
        open.put(what, System.nanoTime());
        return true;
    }
}
