package dev.lamella.cli;

import dev.lamella.testkit.TestRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A configuration, a store and a node below a temporary directory. */
record Installation(Path directory, Path config) {

    /** Makes one that trusts loopback registries without TLS. */
    static Installation in(Path directory, TestRegistry... registries) throws IOException {
        var conf = new StringBuilder("unqualified-search-registries = []\n");
        for (TestRegistry registry : registries) {
            conf.append("[[registry]]\nlocation = \"%s\"\ninsecure = true\n".formatted(registry.address()));
        }
        Path registriesConf = Files.writeString(directory.resolve("registries.conf"), conf);
        Path authFile = Files.writeString(directory.resolve("auth.json"), "{\"auths\":{}}");
        Path empty = Files.createDirectories(directory.resolve("empty"));
        Path graphroot = Files.createDirectories(directory.resolve("graphroot"));
        Path config = directory.resolve("lamella.toml");
        Files.writeString(config, """
                store.path = "%1$s/store"
                store.free-space-floor = "0"
                signing.key = "%1$s/keys/signing.pem"
                publish.platform = "linux/amd64"
                registries.tries = 2
                registries.conf = "%2$s"
                registries.conf-directory = "%3$s"
                registries.auth-file = "%4$s"
                registries.certificates = "%3$s"
                node.state = "%1$s/node"
                node.image-store = "%1$s/images"
                node.graphroots = ["%5$s"]
                node.find-graphroots = false
                """.formatted(directory, registriesConf, empty, authFile, graphroot));
        return new Installation(directory, config);
    }

    /** Runs the command with this configuration. */
    Run run(String... arguments) {
        return Run.with(Map.of(Config.ENVIRONMENT, config.toString()), arguments);
    }

    /** Adds lines to the configuration. */
    void configure(String lines) throws IOException {
        Files.writeString(config, lines + Files.readString(config));
    }

    Path store() {
        return directory.resolve("store");
    }

    /** Returns the names of published volumes, images, references and drafts: what must be empty after a failure. */
    List<String> visible() throws IOException {
        if (Files.notExists(store())) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(store())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> store().relativize(file).toString())
                    .filter(name -> !name.equals("store.json") && !name.endsWith("lock"))
                    .sorted()
                    .toList();
        }
    }
}
