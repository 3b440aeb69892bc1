package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Against values computed elsewhere: SHA-256 of the parent's ID, a plus sign and the DiffID, all in hexadecimal digits.
 */
class ChainIdTest {

    private static final Digest A = digest("a");
    private static final Digest B = digest("b");
    private static final Digest C = digest("c");

    private static Digest digest(String text) {
        return Digest.sha256Of(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void baseIsItsDiffId() {
        assertThat(ChainId.of(List.of(A)))
                .containsExactly("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
        assertThat(ChainId.of(List.of())).isEmpty();
    }

    @Test
    void othersAreHashedWithAllBelowThem() {
        assertThat(ChainId.of(List.of(A, B, C)))
                .containsExactly(
                        A.hex(),
                        "30cd148e98f3c5f60d1f7b7deaf5982d3baec464683985dfa0344f5fc190c3d4",
                        "d4b5ae1424686929c0271d67790a2b150ec7457938d0d25018ce87baf415e6af");
    }

    @Test
    void sameLayerTwiceHasTwoNames() {
        assertThat(ChainId.of(List.of(A, A)))
                .containsExactly(A.hex(), "8b2aba1183fa9cbecf213a7c4737ed0fe447f75d48a652dc75e8efd81c83a68f");
    }
}
