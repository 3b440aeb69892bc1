package dev.lamella.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files by which engines are told to ask the node for images.
 *
 * @param hookScript what the engine runs
 * @param hookConf what names the script
 * @param mirrorConf what names the mirror
 */
record EngineDoors(OwnedFile hookScript, OwnedFile hookConf, OwnedFile mirrorConf) {

    /**
     * Returns the files as the configuration wants them.
     *
     * @param registriesDirectory the drop-in directory of {@code registries.conf}
     */
    static EngineDoors of(Session session, Path registriesDirectory) throws IOException {
        Config config = session.config();
        Path parent = config.file().toAbsolutePath().getParent();
        Path script = (parent == null ? Config.DEFAULT_FILE.resolveSibling("") : parent).resolve(EngineHook.SCRIPT);
        return new EngineDoors(
                EngineHook.script(
                        script,
                        config.get(ConfigKey.NODE_SOCKET),
                        config.get(ConfigKey.DOORS_TIME_BOX_SECONDS),
                        EngineHook.Client.ofThisMachine()),
                EngineHook.registriesConf(registriesDirectory, script),
                EngineMirror.registriesConf(registriesDirectory, session));
    }

    /** The files of the hook: the script before the line that names it. */
    List<OwnedFile> hook() {
        return List.of(hookScript, hookConf);
    }

    boolean hasHook() {
        return Files.exists(hookConf.path());
    }

    boolean hasMirror() {
        return Files.exists(mirrorConf.path());
    }

    /** Returns the command that writes the doors anew that are there now. */
    String remedy() {
        String doors = hasHook() && hasMirror() ? "both" : hasHook() ? "hook" : hasMirror() ? "mirror" : "auto";
        return "lamella configure podman --write --doors " + doors;
    }
}
