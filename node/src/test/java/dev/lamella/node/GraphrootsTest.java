package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.Mutations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over graphroots made by hand, with the keys that Podman writes. */
class GraphrootsTest {

    private static final String IMAGES = "overlay-images/images.json";
    private static final String LAYERS = "overlay-layers/layers.json";
    private static final String VOLATILE = "overlay-layers/volatile-layers.json";
    private static final String CONTAINERS = "overlay-containers/containers.json";

    private final Path root;

    GraphrootsTest(@TempDir Path directory) {
        root = directory.resolve("storage");
    }

    private static void write(Path root, String file, String json) throws IOException {
        NodeFiles.makeDirectories(root.resolve(file).resolveSibling("."));
        Files.writeString(root.resolve(file), json.replace('\'', '"'));
    }

    private List<String> uses() throws IOException {
        return new Graphroots(List.of(root))
                .uses().stream().map(use -> use.user() + " -> " + use.layer()).toList();
    }

    @Test
    void findsWhatImagesAndLayersNeed() throws IOException {
        write(
                root,
                IMAGES,
                "[{'id':'i1','names':['docker.io/library/debian:12','x'],'layer':'L3','mapped-layers':['M1','M2']},"
                        + "{'id':'i2','layer':'L4'},{'id':'i3','names':null,'layer':''},{'id':'i4'}]");
        write(root, LAYERS, "[{'id':'C1','parent':'L5'},{'id':'C2'},{'id':'C3','parent':'C2'}]");
        write(root, VOLATILE, "[{'id':'V1','parent':'L6'}]");
        assertThat(uses())
                .containsExactly(
                        "image docker.io/library/debian:12 -> L3",
                        "image docker.io/library/debian:12 -> M1",
                        "image docker.io/library/debian:12 -> M2",
                        "image i2 -> L4",
                        "image i3 -> ",
                        "layer C1 -> L5",
                        "layer V1 -> L6");
    }

    @Test
    void containersAreNamed() throws IOException {
        write(root, CONTAINERS, "[{'id':'c1','names':['web'],'image':'i','layer':'C1'}]");
        write(root, "overlay-containers/volatile-containers.json", "[{'id':'c2','layer':'V1'}]");
        write(root, LAYERS, "[{'id':'C1','parent':'L1'}]");
        write(root, VOLATILE, "[{'id':'V1','parent':'L2'}]");
        assertThat(uses()).containsExactly("container web -> L1", "container c2 -> L2");
        assertThat(new Graphroots(List.of(root)).uses().getFirst()).hasToString("container web in " + root);
    }

    /** After a plain pull the engine has the layers itself, under the same names. */
    @Test
    void layersOfTheEnginesOwnAreNotOurs() throws IOException {
        write(root, IMAGES, "[{'id':'i1','names':['plain'],'layer':'P2'},{'id':'i2','names':['half'],'layer':'H'}]");
        write(
                root,
                LAYERS,
                "[{'id':'P1'},{'id':'P2','parent':'P1'},{'id':'C1','parent':'P2'},{'id':'H','flags':{'incomplete':true}}]");
        assertThat(uses()).containsExactly("image half -> H");
    }

    @Test
    void oneStoresOwnLayersDoNotServeAnother(@TempDir Path other) throws IOException {
        write(root, IMAGES, "[{'id':'i1','names':['plain'],'layer':'P'}]");
        write(root, LAYERS, "[{'id':'P'}]");
        write(other, IMAGES, "[{'id':'i1','names':['shown'],'layer':'P'}]");
        assertThat(new Graphroots(List.of(root, other)).uses())
                .containsExactly(new LayerUse(other, "image shown", "P", Optional.empty()));
    }

    @Test
    void enginesThatNeverRanNeedNothing() throws IOException {
        assertThat(uses()).isEmpty();
        assertThat(new Graphroots(List.of()).uses()).isEmpty();
        Files.createDirectories(root.resolve("overlay-images"));
        assertThat(uses()).isEmpty();
        write(root, IMAGES, "");
        write(root, LAYERS, "[]");
        assertThat(uses()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {IMAGES, LAYERS, VOLATILE, CONTAINERS})
    void aListThatCannotBeReadIsNamed(String file) throws IOException {
        for (String damaged : List.of("[{", "{}", "null", "7", "x")) {
            write(root, file, damaged);
            assertThatExceptionOfType(DamagedImageStoreException.class)
                    .isThrownBy(this::uses)
                    .withMessageStartingWith(root.resolve(file) + ": ")
                    .withMessageContaining("engine");
        }
    }

    @Test
    void entriesOfOtherShapesNeedNothing() throws IOException {
        write(root, IMAGES, "[7,null,[],'x',{'id':[],'names':{},'layer':7,'mapped-layers':{}}]");
        write(root, LAYERS, "[7,null,[],{'id':{},'parent':{},'flags':[]},{'flags':{'incomplete':'x'},'parent':null}]");
        write(root, CONTAINERS, "[7,{'layer':[]}]");
        assertThat(uses()).isEmpty();
    }

    @Test
    void anyDamageIsOneDeclaredException() throws IOException {
        byte[] images = "[{\"id\":\"i1\",\"names\":[\"a\"],\"layer\":\"L\",\"mapped-layers\":[\"M\"]}]"
                .getBytes(StandardCharsets.UTF_8);
        byte[] layers =
                "[{\"id\":\"C\",\"parent\":\"L\",\"flags\":{\"incomplete\":true}}]".getBytes(StandardCharsets.UTF_8);
        write(root, IMAGES, "");
        write(root, LAYERS, "");
        Fuzz.run(300, random -> {
            Files.write(root.resolve(IMAGES), Mutations.mutate(random, images));
            Files.write(root.resolve(LAYERS), Mutations.mutate(random, layers));
            try {
                uses();
            } catch (DamagedImageStoreException e) {
                assertThat(e).hasMessageStartingWith(root.toString());
            }
        });
    }
}
