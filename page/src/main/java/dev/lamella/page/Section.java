package dev.lamella.page;

/** A page that the head of every page leads to: what it is called, where it is, and the key that follows {@code g}. */
enum Section {
    OVERVIEW("Overview", "/ui/", "o"),
    JOBS("Jobs", "/ui/jobs", "j"),
    FAILURES("Failures", "/ui/failures", "f"),
    IMAGES("Images", "/ui/images", "i"),
    LAYERS("Layers", "/ui/layers", "l"),
    NODES("Nodes", "/ui/nodes", "n"),
    AUDIT("Audit", "/ui/audit", "a"),
    SUBMIT("Submit", "/ui/submit", "s"),
    /** Of pages that the head does not lead to. */
    NONE("", "", "");

    private final String title;
    private final String path;
    private final String key;

    Section(String title, String path, String key) {
        this.title = title;
        this.path = path;
        this.key = key;
    }

    String title() {
        return title;
    }

    String path() {
        return path;
    }

    String key() {
        return key;
    }
}
