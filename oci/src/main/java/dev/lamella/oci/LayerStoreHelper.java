package dev.lamella.oci;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The program that engines run for every pull, {@code additional-layer-store-auth-helper} of {@code registries.conf}.
 *
 * @param program what is run
 * @param file the file that says so
 */
public record LayerStoreHelper(String program, Path file) {

    private static final String KEY = "additional-layer-store-auth-helper";

    /**
     * Finds the one that counts: of all files of the configuration, the last that names one.
     *
     * @throws OciException if a file is malformed
     */
    public static Optional<LayerStoreHelper> find(EngineFiles files) throws IOException {
        Optional<LayerStoreHelper> found = Optional.empty();
        for (Path file : RegistriesConf.files(files.registriesConf(), files.registriesConfDirectories())) {
            Optional<String> program = RegistriesConf.parse(file).text(KEY).filter(text -> !text.isEmpty());
            if (program.isPresent()) {
                found = Optional.of(new LayerStoreHelper(program.get(), file));
            }
        }
        return found;
    }
}
