package dev.lamella.door;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.oci.Descriptor;
import dev.lamella.oci.IndexManifest;
import dev.lamella.oci.Platform;
import dev.lamella.oci.Reference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentIndexesTest {

    private final AtomicLong now = new AtomicLong();
    private final RecentIndexes recent = new RecentIndexes(4, 1000, now::get);

    private static Digest digest(int number) {
        return Digest.sha256Of(String.valueOf(number).getBytes(StandardCharsets.US_ASCII));
    }

    private static IndexManifest index(int... children) {
        Optional<Platform> arm = Optional.of(new Platform("linux", "arm64", Optional.of("v8")));
        return new IndexManifest(
                "t",
                java.util.Arrays.stream(children)
                        .mapToObj(n -> new Descriptor("m", digest(n), 1, Map.of(), arm))
                        .toList());
    }

    private String nameOf(int child) throws Exception {
        RecentIndexes.Name name = recent.nameOf(Reference.parse("r.io/a@" + digest(child)));
        return name.reference().tag().orElse("-")
                + name.platform().map(p -> " " + p).orElse("");
    }

    @Test
    void anImageOfAnIndexIsKnownByItsTagForAWhile() throws Exception {
        recent.add(Reference.parse("r.io/a:1"), index(1, 2));
        assertThat(nameOf(1)).isEqualTo("1 linux/arm64/v8");
        assertThat(nameOf(3)).isEqualTo("-");
        assertThat(recent.nameOf(Reference.parse("r.io/b@" + digest(1))).platform())
                .isEmpty();
        assertThat(recent.nameOf(Reference.parse("r.io/a:1")).platform()).isEmpty();
        recent.add(Reference.parse("r.io/a@" + digest(9)), index(1, 2));
        assertThat(nameOf(1)).as("the tag stays").isEqualTo("1 linux/arm64/v8");
        now.set(1000);
        assertThat(nameOf(1)).isEqualTo("-");
        recent.add(Reference.parse("r.io/a@" + digest(9)), index(1));
        assertThat(nameOf(1)).isEqualTo("- linux/arm64/v8");
        assertThat(recent.size()).isEqualTo(1);
    }

    @Test
    void theOldestGoes() throws Exception {
        recent.add(Reference.parse("r.io/a:1"), index(1, 2, 3));
        now.set(1);
        recent.add(Reference.parse("r.io/a:2"), index(1, 4, 5));
        assertThat(recent.size()).isEqualTo(4);
        assertThat(List.of(nameOf(1), nameOf(2), nameOf(3), nameOf(4), nameOf(5)))
                .containsExactly("2 linux/arm64/v8", "-", "1 linux/arm64/v8", "2 linux/arm64/v8", "2 linux/arm64/v8");
        recent.add(Reference.parse("r.io/a:3"), index(10, 11, 12, 13, 14, 15));
        assertThat(recent.size()).isEqualTo(4);
    }

    @Test
    void anIndexWithoutPlatformsIsNotRemembered() throws Exception {
        recent.add(
                Reference.parse("r.io/a:1"),
                new IndexManifest("t", List.of(new Descriptor("m", digest(1), 1, Map.of(), Optional.empty()))));
        assertThat(recent.size()).isZero();
    }
}
