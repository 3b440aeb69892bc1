package dev.lamella.cli;

import dev.lamella.service.GeneratorService;
import dev.lamella.service.ServiceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The generator as this machine's configuration describes it. */
final class GeneratorProcess {

    private GeneratorProcess() {}

    /** Starts it; its answer comes when it works. */
    static GeneratorService start(Session session) throws IOException {
        ServiceConfig config = new GeneratorSettings(session).service();
        // The service would shut others out of it; here the node's socket lies beside, which all users reach.
        Optional<Path> socket = config.listen().socket();
        if (socket.isPresent() && socket.get().getParent() != null) {
            Files.createDirectories(socket.get().getParent());
        }
        return GeneratorService.start(config, session.writeStore(), session.engineConfig());
    }
}
