package dev.lamella.door;

import java.util.Locale;

/** By which way an image was asked for. */
public enum Door {
    /** Somebody said so: {@code lamella pull}. */
    COMMAND,
    /** The engine's {@code additional-layer-store-auth-helper}. */
    HOOK,
    /** The registry mirror on the loopback interface. */
    MIRROR,
    /** The additional layer store, which engines look for layers in. */
    LAYER_STORE;

    /** Returns the word used in messages and metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
