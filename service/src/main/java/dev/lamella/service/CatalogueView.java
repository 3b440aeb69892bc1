package dev.lamella.service;

import dev.lamella.client.ImageView;
import dev.lamella.client.LayerView;
import dev.lamella.client.Listing;
import dev.lamella.client.PageRequest;
import dev.lamella.filetree.Digest;
import dev.lamella.store.LayerRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The images that references lead to, and the layers, of the store as they were at one moment. Immutable. */
final class CatalogueView {

    private final NavigableMap<String, CatalogueImage> images = new TreeMap<>();
    private final Map<Digest, CatalogueImage> byDigest;
    private final List<Pointer> pointers;
    private final Map<Digest, List<String>> references = new HashMap<>();
    private final Map<Digest, CatalogueLayer> layers;
    private final NavigableMap<String, CatalogueLayer> layersByName = new TreeMap<>();
    private final Map<Digest, Uses> uses = new HashMap<>();
    private final long storedBytes;
    private final long imageBytes;

    /**
     * A reference.
     *
     * @param reference its name
     * @param manifest the image it points at
     * @param pointed when it was pointed there
     */
    record Pointer(String reference, Digest manifest, Instant pointed) {}

    /** How often a layer is used, and under which blobs. */
    private static final class Uses {
        private int images;
        private final Set<String> blobs = new TreeSet<>();
    }

    private CatalogueView(
            Map<Digest, CatalogueImage> images, Map<Digest, CatalogueLayer> layers, List<Pointer> pointers) {
        this.layers = Map.copyOf(layers);
        this.pointers = pointers.stream()
                .sorted(Comparator.comparing(Pointer::reference))
                .toList();
        for (Pointer pointer : this.pointers) {
            references
                    .computeIfAbsent(pointer.manifest(), _ -> new ArrayList<>())
                    .add(pointer.reference());
        }
        this.byDigest = images.values().stream()
                .filter(image -> references.containsKey(image.digest()))
                .collect(Collectors.toUnmodifiableMap(CatalogueImage::digest, Function.identity()));
        for (CatalogueImage image : byDigest.values()) {
            this.images.put(key(image), image);
            var seen = new HashSet<Digest>();
            for (LayerRecord layer : image.layers()) {
                Uses use = uses.computeIfAbsent(layer.diffId(), _ -> new Uses());
                use.images += seen.add(layer.diffId()) ? 1 : 0;
                use.blobs.add(layer.blobDigest().toString());
            }
        }
        long stored = 0;
        for (CatalogueLayer layer : layers.values()) {
            layersByName.put(layer.diffId().toString(), layer);
            stored += sizeBytes(layer);
        }
        this.storedBytes = stored;
        this.imageBytes = byDigest.values().stream()
                .flatMap(image -> image.layers().stream())
                .mapToLong(layer -> sizeBytes(layer.diffId()))
                .sum();
    }

    static CatalogueView of(
            Map<Digest, CatalogueImage> images, Map<Digest, CatalogueLayer> layers, List<Pointer> pointers) {
        return new CatalogueView(images, layers, pointers);
    }

    /** Images are in the order of their first references. */
    private String key(CatalogueImage image) {
        return references(image.digest()).getFirst() + " " + image.digest();
    }

    /** Returns all references, by their names. */
    List<Pointer> pointers() {
        return pointers;
    }

    int imageCount() {
        return images.size();
    }

    int layerCount() {
        return layers.size();
    }

    /** Returns what the layers take. */
    long storedBytes() {
        return storedBytes;
    }

    /** Returns what they would take if every image had its own. */
    long imageBytes() {
        return imageBytes;
    }

    /** Returns a part of the images whose digest or any reference has a text in it. */
    Listing<ImageView> images(String text, PageRequest page) throws ProblemException {
        String wanted = text.toLowerCase(Locale.ROOT);
        return part(images, page, image -> matches(image, wanted), image -> view(image, List.of(), List.of()));
    }

    /** Returns a part of the images that have a layer. */
    Listing<ImageView> imagesWith(Digest diffId, PageRequest page) throws ProblemException {
        return part(
                images,
                page,
                image ->
                        image.layers().stream().anyMatch(layer -> layer.diffId().equals(diffId)),
                image -> view(image, List.of(), List.of()));
    }

    private boolean matches(CatalogueImage image, String text) {
        return text.isEmpty()
                || image.digest().toString().contains(text)
                || references(image.digest()).stream()
                        .anyMatch(name -> name.toLowerCase(Locale.ROOT).contains(text));
    }

    /** Returns an image with its layers. */
    Optional<ImageView> image(Digest digest, List<String> nodes) {
        return Optional.ofNullable(byDigest.get(digest))
                .map(image -> view(
                        image,
                        image.layers().stream()
                                .map(layer -> layer(layer.diffId()))
                                .flatMap(Optional::stream)
                                .toList(),
                        nodes));
    }

    /** Returns the references that point at an image, sorted. */
    List<String> references(Digest digest) {
        return references.getOrDefault(digest, List.of());
    }

    private ImageView view(CatalogueImage image, List<LayerView> shown, List<String> nodes) {
        long blobBytes = 0;
        long dataBytes = 0;
        long sharedBytes = 0;
        for (LayerRecord layer : image.layers()) {
            long bytes = Optional.ofNullable(layers.get(layer.diffId()))
                    .map(CatalogueLayer::dataSizeBytes)
                    .orElse(0L);
            blobBytes += layer.blobSizeBytes();
            dataBytes += bytes;
            sharedBytes += images(layer.diffId()) > 1 ? bytes : 0;
        }
        return new ImageView(
                image.digest().toString(),
                references(image.digest()),
                image.platform(),
                image.created(),
                image.published(),
                blobBytes,
                dataBytes,
                sharedBytes,
                image.layers().size(),
                shown,
                nodes);
    }

    /** Returns a part of the layers whose digest, or that of a blob, has a text in it. */
    Listing<LayerView> layers(String text, PageRequest page) throws ProblemException {
        String wanted = text.toLowerCase(Locale.ROOT);
        return part(
                layersByName,
                page,
                layer -> wanted.isEmpty()
                        || layer.diffId().toString().contains(wanted)
                        || layer.blobDigest().toString().contains(wanted),
                this::view);
    }

    /** Returns the layers whose sharing saves most, that which saves most first. */
    List<LayerView> mostShared(int count) {
        return layers.values().stream()
                .filter(layer -> images(layer.diffId()) > 1)
                .sorted(Comparator.comparingLong(this::savedBytes).reversed())
                .limit(count)
                .map(this::view)
                .toList();
    }

    private long savedBytes(CatalogueLayer layer) {
        return layer.dataSizeBytes() * (images(layer.diffId()) - 1L);
    }

    Optional<LayerView> layer(Digest diffId) {
        return Optional.ofNullable(layers.get(diffId)).map(this::view);
    }

    private LayerView view(CatalogueLayer layer) {
        var blobs = new TreeSet<String>();
        blobs.add(layer.blobDigest().toString());
        Optional.ofNullable(uses.get(layer.diffId())).ifPresent(use -> blobs.addAll(use.blobs));
        return new LayerView(
                layer.diffId().toString(),
                List.copyOf(blobs),
                layer.dataSizeBytes(),
                layer.indexSizeBytes(),
                images(layer.diffId()));
    }

    private int images(Digest diffId) {
        return Optional.ofNullable(uses.get(diffId)).map(use -> use.images).orElse(0);
    }

    private long sizeBytes(Digest diffId) {
        return Optional.ofNullable(layers.get(diffId))
                .map(CatalogueView::sizeBytes)
                .orElse(0L);
    }

    private static long sizeBytes(CatalogueLayer layer) {
        return layer.dataSizeBytes() + layer.indexSizeBytes();
    }

    private static <E, V> Listing<V> part(
            NavigableMap<String, E> all, PageRequest page, Predicate<E> wanted, Function<E, V> view)
            throws ProblemException {
        String after = page.cursor().isPresent() ? Cursor.key(page.cursor().get()) : "";
        var items = new ArrayList<V>();
        String last = after;
        for (Map.Entry<String, E> entry : all.tailMap(after, false).entrySet()) {
            if (wanted.test(entry.getValue())) {
                if (items.size() == page.limit()) {
                    return new Listing<>(items, Optional.of(Cursor.of(last)));
                }
                items.add(view.apply(entry.getValue()));
                last = entry.getKey();
            }
        }
        return new Listing<>(items, Optional.empty());
    }
}
