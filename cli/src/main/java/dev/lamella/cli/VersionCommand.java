package dev.lamella.cli;

import dev.lamella.volume.VolumeDescriptor;
import picocli.CommandLine.Command;

/** {@code lamella version}. */
@Command(name = "version", description = "Print the version.")
final class VersionCommand implements Runnable {

    private final Session session;

    VersionCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        String version = Lamella.Version.number();
        String java = Runtime.version().toString();
        session.result(
                Json.object("version", version, "volumeFormat", VolumeDescriptor.FORMAT_VERSION, "java", java),
                "lamella %s (volume format %d, Java %s)".formatted(version, VolumeDescriptor.FORMAT_VERSION, java));
    }
}
