package dev.lamella.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.client.ImageView;
import dev.lamella.client.Listing;
import dev.lamella.client.PageRequest;
import dev.lamella.filetree.Digest;
import dev.lamella.store.LayerRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CatalogueViewTest {

    private static final int IMAGES = 10_000;

    private final Map<Digest, CatalogueImage> images = new HashMap<>();
    private final Map<Digest, CatalogueLayer> layers = new HashMap<>();
    private final List<CatalogueView.Pointer> pointers = new ArrayList<>();

    private static Digest digest(String of) {
        return Digest.sha256Of(of.getBytes(StandardCharsets.UTF_8));
    }

    private LayerRecord layer(String name, long sizeBytes) {
        Digest diffId = digest(name);
        Digest blob = digest("blob " + name);
        layers.put(diffId, new CatalogueLayer(diffId, blob, sizeBytes, 1));
        return new LayerRecord(blob, sizeBytes / 2, "application/vnd.oci.image.layer.v1.tar+gzip", diffId);
    }

    private Digest image(String name, LayerRecord... its) {
        Digest digest = digest(name);
        images.put(digest, new CatalogueImage(digest, "linux/amd64", Optional.empty(), Instant.EPOCH, List.of(its)));
        pointers.add(new CatalogueView.Pointer(name, digest, Instant.EPOCH));
        return digest;
    }

    private CatalogueView view() {
        return CatalogueView.of(images, layers, pointers);
    }

    @Test
    void sharingIsCounted() throws ProblemException {
        LayerRecord base = layer("base", 100);
        Digest one = image("registry/one:1", base, layer("own", 10));
        image("registry/two:1", base);
        CatalogueView view = view();
        ImageView seen = view.image(one, List.of("node-1")).orElseThrow();
        assertThat(seen.dataSizeBytes()).isEqualTo(110);
        assertThat(seen.sharedBytes()).isEqualTo(100);
        assertThat(seen.nodes()).containsExactly("node-1");
        assertThat(view.layer(digest("base")).orElseThrow().images()).isEqualTo(2);
        assertThat(view.mostShared(10)).hasSize(1);
        assertThat(view.storedBytes()).isEqualTo(112);
        assertThat(view.imageBytes()).isEqualTo(213);
        assertThat(view.imagesWith(digest("base"), PageRequest.FIRST).items()).hasSize(2);
    }

    @Test
    void imagesWithoutReferencesAreNotSeen() throws ProblemException {
        Digest gone = image("registry/gone:1", layer("base", 100));
        pointers.clear();
        assertThat(view().image(gone, List.of())).isEmpty();
        assertThat(view().images("", PageRequest.FIRST).items()).isEmpty();
        assertThat(view().layer(digest("base")).orElseThrow().images()).isZero();
    }

    @Test
    void aPartOfTenThousandImagesTakesNoTime() throws ProblemException {
        for (int i = 0; i < IMAGES; i++) {
            image(
                    "registry.example/team-%d/app-%05d:1".formatted(i % 100, i),
                    layer("base-" + i % 50, 1000),
                    layer("own-" + i, 100));
        }
        CatalogueView view = view();
        List<String> seen = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        var nanos = new ArrayList<Long>();
        do {
            long start = System.nanoTime();
            Listing<ImageView> part = view.images("", new PageRequest(1000, cursor));
            nanos.add(System.nanoTime() - start);
            part.items().forEach(image -> seen.add(image.digest()));
            cursor = part.next();
        } while (cursor.isPresent());
        assertThat(seen).hasSize(IMAGES).doesNotHaveDuplicates();
        long start = System.nanoTime();
        assertThat(view.images("app-09999", PageRequest.FIRST).items()).hasSize(1);
        nanos.add(System.nanoTime() - start);
        nanos.sort(null);
        assertThat(Duration.ofNanos(nanos.get(nanos.size() / 2))).isLessThan(Duration.ofMillis(500));
    }
}
