package dev.lamella.cli;

import dev.lamella.door.Mirror;
import java.io.IOException;
import java.nio.file.Path;

/** The mirror for engines without the hook: the entries of {@code registries.conf} that name it. */
final class EngineMirror {

    private EngineMirror() {}

    static OwnedFile registriesConf(Path directory, Session session) throws IOException {
        var text = new StringBuilder("""
                # %s podman; "lamella configure podman --undo" removes it.
                # Registries are asked through "lamella mirror" first, which has the node show an image's layers before it answers. If it is
                # down, engines go on to the next mirror or the registry itself. What was configured of these registries is repeated here.
                """.formatted(OwnedFile.MARK));
        for (String registry : session.config().get(ConfigKey.MIRROR_REGISTRIES)) {
            String location = Mirror.location(session.mirrorAddress(), registry)
                    .orElseThrow(() -> new CommandException(
                            ExitCode.CONFIGURATION, "mirror.registries: \"%s\" is no registry".formatted(registry)));
            text.append(session.engineConfig().mirrorEntry(registry, location));
        }
        return new OwnedFile(directory.resolve("51-lamella-mirror.conf"), text.toString(), "rw-r--r--");
    }
}
