package dev.lamella.node;

import dev.lamella.linux.Autofs;
import dev.lamella.linux.Errno;
import dev.lamella.linux.LinuxException;
import dev.lamella.linux.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mounts layers when somebody walks into their places, and takes away those that nobody used for a while.
 *
 * <p>At the place of each layer that is not mounted is a trigger, at which the kernel lets an engine wait until the layer is mounted over it. A layer
 * that is taken away leaves its trigger behind, and while somebody is just walking into it the kernel refuses to take it: so nobody ever
 * finds the place empty while this process lives. A container keeps the layers it was started with in any case.
 *
 * <p>Thread-safe but for {@link #arm} and {@link #takeIdle}, which are called under the lock of the node.
 */
final class OnDemandMounts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OnDemandMounts.class);

    /** An engine that waits holds the lock of its own store, so no wait is endless, whatever hangs. */
    private static final Duration WAIT = Duration.ofSeconds(30);

    /** Mounts that may be under way, or hang, at the same time. */
    private static final int UNDER_WAY_MAX = 64;

    private final LayerDirectory shape;
    private final Duration idle;
    private final Mounter mounter;
    private final Autofs autofs;
    private final Semaphore underWay = new Semaphore(UNDER_WAY_MAX);

    /** The layer of each trigger, by the number of its file system. */
    private final Map<Long, String> triggers = new ConcurrentHashMap<>();

    /** When each mounted layer was last seen to be used, in {@link System#nanoTime()}. Under the lock of the node. */
    private final Map<String, Long> lastUsed = new HashMap<>();

    /** Mounts layers. */
    @FunctionalInterface
    interface Mounter {
        /**
         * Mounts a layer over its trigger.
         *
         * @return whether there is such a layer
         */
        boolean mount(String id) throws IOException;
    }

    private OnDemandMounts(LayerDirectory shape, Duration idle, Mounter mounter, Autofs autofs) {
        this.shape = shape;
        this.idle = idle;
        this.mounter = mounter;
        this.autofs = autofs;
    }

    /** Starts to serve. */
    static OnDemandMounts start(LayerDirectory shape, Duration idle, Mounter mounter) throws IOException {
        try {
            var mounts = new OnDemandMounts(shape, idle, mounter, Autofs.open("lamella"));
            Thread.ofPlatform().daemon().name("mounts on demand").start(mounts::serve);
            return mounts;
        } catch (LinuxException e) {
            throw new MountUnavailableException(
                    "layers cannot be mounted on demand: the kernel's autofs is not to be had (%s); load it with modprobe autofs4, or set node.unmount-idle-seconds = 0"
                            .formatted(e.getMessage()),
                    e);
        }
    }

    /** Sees to it that a layer that is not mounted has a trigger, and that its trigger, if it has one, leads here. */
    void arm(String id, MountTable table) throws IOException {
        Path place = shape.mountPoint(id);
        Long device = table.triggers().get(id);
        if (device != null) {
            if (!id.equals(triggers.get(device))) {
                triggers.put(device, id);
                autofs.adopt(place, device);
            }
        } else if (!table.layers().contains(id)) {
            triggers.put(autofs.place(place, false), id);
        }
    }

    /**
     * Takes away the mounts of layers that nobody used for a while, and leaves their triggers.
     *
     * @return how many were taken away
     */
    int takeIdle(Collection<ShownLayer> layers, MountTable table) throws IOException {
        forgetAllBut(layers);
        Set<String> named = shape.namedIn(table.overlays());
        long now = System.nanoTime();
        int taken = 0;
        for (ShownLayer layer : layers) {
            String id = layer.id();
            if (!table.layers().contains(id)) {
                lastUsed.remove(id);
            } else if (shape.isAmong(named, id)) {
                lastUsed.put(id, now);
            } else if (now - lastUsed.computeIfAbsent(id, _ -> now) >= idle.toNanos() && take(id, table)) {
                taken++;
            }
        }
        return taken;
    }

    private void forgetAllBut(Collection<ShownLayer> layers) {
        Set<String> ids = layers.stream().map(ShownLayer::id).collect(Collectors.toSet());
        triggers.values().retainAll(ids);
        lastUsed.keySet().retainAll(ids);
    }

    private boolean take(String id, MountTable table) throws IOException {
        Path place = shape.mountPoint(id);
        if (!table.triggers().containsKey(id)) {
            triggers.put(autofs.place(place, true), id);
        }
        lastUsed.remove(id);
        try {
            Mounts.unmount(place);
            return true;
        } catch (LinuxException e) {
            if (e.errno() == Errno.EBUSY) { // somebody has a file of it open, or is on the way to one
                return false;
            }
            throw e;
        }
    }

    private void serve() {
        while (true) {
            try {
                Optional<Autofs.Request> request = autofs.await();
                if (request.isEmpty()) {
                    return;
                }
                Thread.ofPlatform().daemon().name("mount on demand").start(() -> serve(request.get()));
            } catch (LinuxException e) {
                LOG.error("layers are not mounted on demand any more: {}", e.getMessage());
                return;
            }
        }
    }

    private void serve(Autofs.Request request) {
        try {
            String id = layerOf(request);
            boolean mounted = false;
            try {
                mounted = mount(id);
                LOG.info(
                        "layer {}, which process {} wants, {}",
                        id,
                        request.pid(),
                        mounted ? "was mounted" : "is not shown any more");
            } catch (IOException | RuntimeException e) {
                LOG.warn("layer {}, which process {} wants, cannot be mounted: {}", id, request.pid(), e.getMessage());
            } finally {
                autofs.answer(shape.mountPoint(id), request, mounted);
            }
        } catch (IOException e) {
            LOG.warn("process {} wants a layer and gets no answer: {}", request.pid(), e.getMessage());
        }
    }

    /** Somebody may walk into a trigger before it is noted; then the kernel knows where it is. */
    private String layerOf(Autofs.Request request) throws IOException {
        String noted = triggers.get(request.device());
        if (noted != null) {
            return noted;
        }
        return MountTable.of(shape).triggers().entrySet().stream()
                .filter(trigger -> trigger.getValue() == request.device())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IOException("no trigger on file system " + request.device()));
    }

    private boolean mount(String id) throws IOException {
        if (!underWay.tryAcquire()) {
            throw new IOException("%d mounts are under way already, which is all that may be".formatted(UNDER_WAY_MAX));
        }
        try {
            return TimeLimit.within(WAIT, "mount of " + id, () -> {
                try {
                    return mounter.mount(id);
                } finally {
                    underWay.release(); // not before: one that hangs still counts
                }
            });
        } catch (TimeoutException e) {
            throw new IOException("not mounted within %d s; the store hangs".formatted(WAIT.toSeconds()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Serves no more. Triggers that are not covered show an empty directory from now on. */
    @Override
    public void close() throws LinuxException {
        autofs.close();
        for (Map.Entry<Long, String> trigger : triggers.entrySet()) {
            try { // who walked in while it was closed has nobody to answer him
                Autofs.retire(shape.mountPoint(trigger.getValue()), trigger.getKey());
            } catch (LinuxException e) {
                LOG.debug("no trigger of layer {} any more: {}", trigger.getValue(), e.getMessage());
            }
        }
    }
}
