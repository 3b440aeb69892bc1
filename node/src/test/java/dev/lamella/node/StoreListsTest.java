package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.Mutations;
import dev.lamella.volume.Compression;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreListsTest {

    private static final Path FILE = Path.of("/images/overlay-layers/layers.json");

    private static final String LAYER = """
            [{"id":"%1$s","created":"2026-01-31T12:00:00Z","compressed-diff-digest":"sha256:%1$s","compressed-size":5,
            "diff-digest":"sha256:%1$s","diff-size":6,"compression":2,"uidset":[0],"gidset":[0]}]
            """.formatted(digest("base").hex()).replace("\n", "");

    private static final String IMAGE = """
            [{"id":"%1$s","digest":"sha256:%1$s","names":["a:1"],"layer":"%1$s","metadata":"{}","big-data-names":["manifest"],
            "big-data-sizes":{"manifest":9},"big-data-digests":{"manifest":"sha256:%1$s"},"created":"2026-01-31T12:00:00Z"}]
            """.formatted(digest("image").hex()).replace("\n", "");

    private static Digest digest(String text) {
        return Digest.sha256Of(utf8(text));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ShownLayer layer(String id, Optional<String> parent, Compression compression) {
        return layer(id, parent, compression, Instant.parse("2026-01-31T12:00:00.123456789Z"));
    }

    private static ShownLayer layer(String id, Optional<String> parent, Compression compression, Instant created) {
        return new ShownLayer(
                digest(id).hex(),
                parent.map(name -> digest(name).hex()),
                digest("diff " + id),
                1L << 40,
                digest("blob " + id),
                77,
                compression,
                created,
                List.of(0L, 1000L, 0xffff_fffeL),
                List.of());
    }

    private static List<ShownLayer> someLayers() {
        return List.of(
                layer("base", Optional.empty(), Compression.NONE),
                layer("middle", Optional.of("base"), Compression.GZIP),
                layer("top", Optional.of("middle"), Compression.ZSTD));
    }

    private static ShownImage image(String name) {
        return image(name, List.of(name + ":1", name + ":2"), Instant.EPOCH);
    }

    private static ShownImage image(String name, List<String> names, Instant created) {
        var documents = new LinkedHashMap<String, ShownImage.Document>();
        documents.put("manifest", new ShownImage.Document(digest("m"), 3));
        documents.put("sha256:" + digest(name).hex(), new ShownImage.Document(digest("c"), 4));
        return new ShownImage(
                digest(name).hex(),
                digest("manifest of " + name),
                names,
                digest("top").hex(),
                created,
                documents);
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        assertThat(StoreLists.readLayers(StoreLists.writeLayers(someLayers()), FILE))
                .isEqualTo(someLayers());
        List<ShownImage> images = List.of(image("debian"), image("alpine"));
        assertThat(StoreLists.readImages(StoreLists.writeImages(images), FILE)).isEqualTo(images);
        assertThat(StoreLists.readLayers(StoreLists.writeLayers(List.of()), FILE))
                .isEmpty();
        assertThat(StoreLists.readImages(utf8("[]"), FILE)).isEmpty();
    }

    @Test
    void keysAreThoseOfContainersStorage() {
        assertThat(new String(StoreLists.writeLayers(someLayers().subList(1, 2)), StandardCharsets.UTF_8))
                .isEqualTo("""
                        [{"id":"%s","parent":"%s","created":"2026-01-31T12:00:00.123456789Z",\
                        "compressed-diff-digest":"%s","compressed-size":77,"diff-digest":"%s","diff-size":1099511627776,\
                        "compression":2,"uidset":[0,1000,4294967294],"gidset":[]}]""".formatted(
                        digest("middle").hex(), digest("base").hex(), digest("blob middle"), digest("diff middle")));
        assertThat(new String(StoreLists.writeImages(List.of(image("x"))), StandardCharsets.UTF_8))
                .isEqualTo("""
                        [{"id":"%1$s","digest":"%2$s","names":["x:1","x:2"],"layer":"%3$s","metadata":"{}",\
                        "big-data-names":["manifest","sha256:%1$s"],"big-data-sizes":{"manifest":3,"sha256:%1$s":4},\
                        "big-data-digests":{"manifest":"%4$s","sha256:%1$s":"%5$s"},"created":"1970-01-01T00:00:00Z"}]""".formatted(
                                digest("x").hex(),
                                digest("manifest of x"),
                                digest("top").hex(),
                                digest("m"),
                                digest("c")));
    }

    /** Podman fails as a whole on such a year, and the config of any image may hold one. */
    @ParameterizedTest
    @ValueSource(strings = {"+12026-01-31T12:00:00Z", "-0001-01-31T12:00:00Z", "+1000000000-12-31T23:59:59.999999999Z"})
    void aYearThatEnginesCannotReadIsNotWritten(String text) {
        Instant created = Instant.parse(text);
        ShownLayer layer = layer("base", Optional.empty(), Compression.NONE, created);
        assertThat(new String(StoreLists.writeLayers(List.of(layer)), StandardCharsets.UTF_8))
                .contains("\"created\":\"1970-01-01T00:00:00Z\"");
        assertThat(new String(
                        StoreLists.writeImages(List.of(image("x", List.of("x"), created))), StandardCharsets.UTF_8))
                .contains("\"created\":\"1970-01-01T00:00:00Z\"");
    }

    @Test
    void examplesBelowAreSoundBeforeTheyAreDamaged() throws Exception {
        assertThat(StoreLists.readLayers(utf8(LAYER), FILE)).hasSize(1);
        assertThat(StoreLists.readImages(utf8(IMAGE), FILE)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'id':'->'id':'../",
                "'id':'->'id':'x",
                "'id':'->'parent':'",
                "'created':'2026->'created':'26",
                "'compressed-size':5->'compressed-size':'5'",
                "'compressed-size':5->'compressed-size':-5",
                "'compressed-size':5->'compressed-size':5.5",
                "'compressed-size':5->'compressed-size':99999999999999999999",
                "'compressed-size':5,->",
                "'diff-size':6->'diff-size':null",
                "'diff-digest':'sha256:->'diff-digest':'sha1:",
                "'diff-digest':'->'diff-digest':null,'x':'",
                "'compression':2->'compression':3",
                "'compression':2->'compression':true",
                "'uidset':[0]->'uidset':0",
                "'uidset':[0]->'uidset':[-1]",
                "'uidset':[0]->'uidset':[4294967296]",
                "'gidset':[0]->'gidset':['0']",
                "'gidset':[0]->'gidset':null",
                "[{->[7,{",
                "[{->[null,{",
                "[{->[[],{",
                "[{->{",
                "}]->}",
                "}]->}]]",
                "}]->}] x",
                "'id'->'parent':'x','id'",
                "'id'->'parent':7,'id'",
                "'id'->'parent':null,'id'"
            })
    void damagedLayersAreRefused(String change) {
        assertThatExceptionOfType(DamagedImageStoreException.class)
                .isThrownBy(() -> StoreLists.readLayers(changed(LAYER, change), FILE))
                .withMessageStartingWith(FILE + ": ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'id':'->'id':'/",
                "'digest':'sha256:->'digest':'",
                "'names':['a:1']->'names':'a:1'",
                "'names':['a:1']->'names':[1]",
                "'names':['a:1']->'names':['a:1','a:1']",
                "'names':['a:1'],->",
                "'layer':'->'layer':'x",
                "'layer':'->'layer':null,'x':'",
                "['manifest']->['manifest','other']",
                "['manifest']->[{}]",
                "['manifest']->{}",
                "{'manifest':9}->{'manifest':-9}",
                "{'manifest':9}->{'manifest':'9'}",
                "{'manifest':9}->9",
                "'created':'->'created':'x"
            })
    void damagedImagesAreRefused(String change) {
        Path file = Path.of("/images/overlay-images/images.json");
        assertThatExceptionOfType(DamagedImageStoreException.class)
                .isThrownBy(() -> StoreLists.readImages(changed(IMAGE, change), file))
                .withMessageStartingWith(file + ": ");
    }

    private static byte[] changed(String json, String change) {
        String[] parts = change.replace('\'', '"').split("->", -1);
        assertThat(json).contains(parts[0]);
        return utf8(json.replace(parts[0], parts[1]));
    }

    @Test
    void listsThatDoNotHangTogetherAreRefused() {
        List<ShownLayer> layers = someLayers();
        assertLayersRefused("twice", List.of(layers.get(0), layers.get(0)));
        assertLayersRefused("parent", List.of(layers.get(0), layers.get(2)));
        assertLayersRefused("parent", List.of(layers.get(1), layers.get(0)));
        assertImagesRefused("twice", List.of(image("x"), image("x", List.of("z"), Instant.EPOCH)));
        assertImagesRefused("x:2", List.of(image("x"), image("y", List.of("x:2"), Instant.EPOCH)));
    }

    private static void assertLayersRefused(String word, List<ShownLayer> layers) {
        byte[] content = StoreLists.writeLayers(layers);
        assertThatExceptionOfType(DamagedImageStoreException.class)
                .isThrownBy(() -> StoreLists.readLayers(content, FILE))
                .withMessageContaining(word);
    }

    private static void assertImagesRefused(String word, List<ShownImage> images) {
        byte[] content = StoreLists.writeImages(images);
        assertThatExceptionOfType(DamagedImageStoreException.class)
                .isThrownBy(() -> StoreLists.readImages(content, FILE))
                .withMessageContaining(word);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "null", "7", "[", "\u0000", "[]]", "nonsense", "\"[]\""})
    void whatIsNoListIsRefused(String content) {
        assertThatExceptionOfType(DamagedImageStoreException.class)
                .isThrownBy(() -> StoreLists.readLayers(utf8(content), FILE))
                .withMessageStartingWith(FILE + ": ");
        assertThatExceptionOfType(DamagedImageStoreException.class)
                .isThrownBy(() -> StoreLists.readImages(utf8(content), FILE))
                .withMessageStartingWith(FILE + ": ");
    }

    @Test
    void nestingHasALimit() {
        assertThatExceptionOfType(DamagedImageStoreException.class)
                .isThrownBy(() -> StoreLists.readLayers(utf8("[".repeat(100_000)), FILE));
    }

    @Test
    void anyDamageIsOneDeclaredException() {
        byte[] layers = StoreLists.writeLayers(someLayers());
        byte[] images = StoreLists.writeImages(List.of(image("debian"), image("alpine")));
        Fuzz.run(1500, random -> {
            try {
                StoreLists.readLayers(Mutations.mutate(random, layers), FILE);
            } catch (DamagedImageStoreException e) {
                assertThat(e).hasMessageStartingWith(FILE + ": ");
            }
            try {
                StoreLists.readImages(Mutations.mutate(random, images), FILE);
            } catch (DamagedImageStoreException e) {
                assertThat(e).hasMessageStartingWith(FILE + ": ");
            }
        });
    }
}
