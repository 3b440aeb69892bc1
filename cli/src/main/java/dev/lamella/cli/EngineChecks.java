package dev.lamella.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code lamella doctor} finds of the container engine. */
final class EngineChecks {

    private static final long PODMAN_SECONDS_MAX = 10;
    static final Pattern VERSION = Pattern.compile("podman version (\\d{1,4})\\.(\\d{1,4})(\\S*)");

    private final Session session;

    EngineChecks(Session session) {
        this.session = session;
    }

    List<Check> run() throws IOException {
        var checks = new ArrayList<Check>();
        checks.add(podman(podmanVersion()));
        checks.add(storageConf());
        return checks;
    }

    private Check storageConf() throws IOException {
        Path imageStore = session.config().get(ConfigKey.NODE_IMAGE_STORE);
        Path etc = ConfigureCommand.storageConf(session, Optional.empty());
        Path file = Files.exists(etc) ? etc : StorageConfFile.SYSTEM_DEFAULT;
        if (Files.notExists(file)) {
            return Check.fail("storage.conf", etc + " does not exist", "lamella configure podman --write");
        }
        try {
            StorageConf conf = StorageConf.parse(Files.readString(file), file);
            if (!conf.lists(imageStore)) {
                return Check.fail(
                        "storage.conf",
                        "%s does not name %s".formatted(file, imageStore),
                        "lamella configure podman --write");
            }
            for (String listed : conf.imageStores()) {
                if (!Files.isDirectory(Path.of(listed))) {
                    return Check.fail(
                            "storage.conf",
                            "%s names %s, which does not exist: every podman command fails".formatted(file, listed),
                            "lamella node --once, or lamella configure podman --undo");
                }
            }
            return Check.ok("storage.conf", "%s names %s".formatted(file, imageStore));
        } catch (IOException e) {
            return Check.fail("storage.conf", Failure.of(e).message(), "mend " + file);
        }
    }

    /** Says what a version of Podman can do with image stores. */
    static Check podman(Optional<String> said) {
        if (said.isEmpty()) {
            return Check.warn("podman", "not found", "apt install podman");
        }
        Matcher matcher = VERSION.matcher(said.get());
        if (!matcher.find()) {
            return Check.warn("podman", "unknown version: " + said.get().strip(), "podman --version");
        }
        int major = Integer.parseInt(matcher.group(1));
        int minor = Integer.parseInt(matcher.group(2));
        String version = "%d.%d%s".formatted(major, minor, matcher.group(3));
        if (major < 4 || (major == 4 && minor < 3)) {
            return Check.warn("podman", version + " is older than any we have tried", "install Podman 4.3 or later");
        }
        boolean isFifty = major == 4 && minor < 4;
        return Check.ok(
                "podman", version + (isFifty ? ": images of up to about 50 layers" : ": images of up to 500 layers"));
    }

    /** Returns what {@code podman --version} says; empty without Podman. */
    static Optional<String> podmanVersion() {
        try {
            Process process = new ProcessBuilder("podman", "--version")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .start();
            try {
                if (!process.waitFor(PODMAN_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    return Optional.of("no answer");
                }
                return Optional.of(new String(process.getInputStream().readNBytes(1000), StandardCharsets.UTF_8));
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
