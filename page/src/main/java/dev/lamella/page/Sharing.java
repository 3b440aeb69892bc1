package dev.lamella.page;

import java.util.Locale;

/** How widely a layer is shared, as pictures tell it: by a pattern, not by colour alone. */
enum Sharing {
    ALONE("in 1 image"),
    FEW("in 2 to 4"),
    MANY("in 5 to 19"),
    MOST("in 20 or more");

    private final String words;

    Sharing(String words) {
        this.words = words;
    }

    static Sharing of(int images) {
        if (images < 2) {
            return ALONE;
        }
        if (images < 5) {
            return FEW;
        }
        return images < 20 ? MANY : MOST;
    }

    String words() {
        return words;
    }

    /** Returns the reference to its pattern, for {@code fill}. */
    String fill() {
        return "url(#share-" + name().toLowerCase(Locale.ROOT) + ")";
    }
}
