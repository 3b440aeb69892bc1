package dev.lamella.node;

import java.util.List;

/** Something an engine on this machine still refers to would be taken away. */
public final class LayerInUseException extends NodeException {
    private static final long serialVersionUID = 1L;

    private final transient List<LayerUse> uses;

    LayerInUseException(String reference, List<LayerUse> uses) {
        super("%s is in use: %s; remove these first"
                .formatted(
                        reference,
                        String.join(", ", uses.stream().map(LayerUse::toString).toList())));
        this.uses = List.copyOf(uses);
    }

    /** Returns who uses it. */
    public List<LayerUse> uses() {
        return uses;
    }
}
