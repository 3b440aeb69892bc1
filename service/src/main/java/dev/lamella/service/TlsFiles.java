package dev.lamella.service;

import dev.lamella.client.ClientConfig.ClientCertificate;
import dev.lamella.client.PemFiles;
import dev.lamella.service.ListenConfig.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate and key in their files, and read again when these change. */
final class TlsFiles {

    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);

    private final Tls config;
    private final SslContextFactory.Server factory;
    private List<FileTime> seen;

    /**
     * Reads the files.
     *
     * @throws IOException naming the file that is not right
     */
    TlsFiles(Tls config) throws IOException {
        this.config = config;
        this.seen = times();
        this.factory = new SslContextFactory.Server();
        configure(factory, read());
    }

    SslContextFactory.Server factory() {
        return factory;
    }

    private SSLContext read() throws IOException {
        return PemFiles.context(
                config.clientTrust(), Optional.of(new ClientCertificate(config.certificate(), config.key())));
    }

    private void configure(SslContextFactory.Server server, SSLContext context) {
        server.setSslContext(context);
        server.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        server.setWantClientAuth(config.clientTrust().isPresent());
    }

    /** Reads the files again if they have changed. Connections that stand keep what they have. */
    void reloadIfChanged() {
        try {
            List<FileTime> now = times();
            if (now.equals(seen)) {
                return;
            }
            SSLContext context = read();
            factory.reload(server -> configure((SslContextFactory.Server) server, context));
            seen = now;
            LOG.info("{}: read again, as it has changed", config.certificate());
        } catch (Exception e) {
            // A certificate and its key are seldom replaced at the same instant: the next look sees both.
            LOG.warn("the old certificate holds: {}", e.getMessage());
        }
    }

    private List<FileTime> times() throws IOException {
        var times = new ArrayList<FileTime>();
        for (Path file : List.of(config.certificate(), config.key())) {
            times.add(Files.getLastModifiedTime(file));
        }
        if (config.clientTrust().isPresent()) {
            times.add(Files.getLastModifiedTime(config.clientTrust().get()));
        }
        return times;
    }
}
