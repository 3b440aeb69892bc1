package dev.lamella.node;

import dev.lamella.filetree.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The name containers/storage gives a layer on top of its parents. Not the chain ID of the OCI image specification. */
final class ChainId {

    private ChainId() {}

    /** Returns the chain IDs of an image's layers, base first. */
    static List<String> of(List<Digest> diffIds) {
        var chain = new ArrayList<String>(diffIds.size());
        String parent = "";
        for (Digest diffId : diffIds) {
            parent = parent.isEmpty()
                    ? diffId.hex()
                    : Digest.sha256Of((parent + "+" + diffId.hex()).getBytes(StandardCharsets.US_ASCII))
                            .hex();
            chain.add(parent);
        }
        return chain;
    }
}
