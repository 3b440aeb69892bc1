package dev.lamella.cli;

import java.util.Optional;

/** What {@code lamella doctor} says of the container engine itself. */
final class EngineChecks {

    private EngineChecks() {}

    /** Says what a version of Podman can do with image stores. */
    static Check podman(Optional<String> said) {
        if (said.isEmpty()) {
            return Check.warn("podman", "not found", "apt install podman");
        }
        Optional<PodmanVersion> known = PodmanVersion.parse(said.get());
        if (known.isEmpty()) {
            return Check.warn("podman", "unknown version: " + said.get().strip(), "podman --version");
        }
        PodmanVersion version = known.get();
        if (!version.isAtLeast(4, 3)) {
            return Check.warn(
                    "podman", version.text() + " is older than any we have tried", "install Podman 4.3 or later");
        }
        String layers = version.isAtLeast(4, 4) ? "up to 500 layers" : "up to about 50 layers";
        return Check.ok("podman", "%s: images of %s".formatted(version.text(), layers));
    }
}
