package dev.lamella.cli;

import dev.lamella.oci.LayerStoreHelper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code lamella doctor} finds of the ways engines ask for images: the hook and the mirror. */
final class DoorChecks {

    private static final String HOOK = "hook";
    private static final String MIRROR = "mirror";
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final Session session;
    private final EngineDoors doors;
    private final Optional<PodmanVersion> podman;

    DoorChecks(Session session, EngineDoors doors, Optional<PodmanVersion> podman) {
        this.session = session;
        this.doors = doors;
        this.podman = podman;
    }

    List<Check> run() throws IOException {
        if (!doors.hasHook() && !doors.hasMirror()) {
            return List.of(Check.warn(
                    "doors",
                    "neither hook nor mirror: engines download what 'lamella pull' has not shown before",
                    "lamella configure podman --write"));
        }
        var checks = new ArrayList<Check>();
        if (doors.hasHook()) {
            checks.addAll(hook());
        }
        if (doors.hasMirror()) {
            checks.add(mirrorFile());
            checks.add(mirror());
        }
        return checks;
    }

    /** Returns everything that is wrong with the hook, or that nothing is. */
    private List<Check> hook() throws IOException {
        var wrong = new ArrayList<Check>();
        for (OwnedFile file : doors.hook()) {
            state(file).ifPresent(problem -> wrong.add(Check.fail(HOOK, problem, doors.remedy())));
        }
        overridden().ifPresent(wrong::add);
        if (session.program("curl").isEmpty() && session.program("perl").isEmpty()) {
            wrong.add(Check.fail(HOOK, "it needs perl or curl, and neither is installed", "apt install curl"));
        }
        boolean isIgnored = podman.isPresent() && !EngineHook.isKnownTo(podman);
        if (isIgnored && !doors.hasMirror()) {
            wrong.add(Check.fail(
                    HOOK,
                    "Podman %s does not know it, 5.2 and later do; there is no mirror"
                            .formatted(podman.get().text()),
                    "lamella configure podman --write"));
        }
        return wrong.isEmpty()
                ? List.of(Check.ok(HOOK, "every pull runs " + doors.hookScript().path()))
                : wrong;
    }

    /** Returns what is wrong with one of our files. */
    private static Optional<String> state(OwnedFile file) throws IOException {
        if (Files.notExists(file.path())) {
            return Optional.of(file.path() + " is missing");
        }
        if (!file.hasContent()) {
            return Optional.of("%s is not as this configuration and version want it".formatted(file.path()));
        }
        return file.hasPermissions()
                ? Optional.empty()
                : Optional.of("%s has other permissions than %s".formatted(file.path(), file.permissions()));
    }

    /** Engines run one helper only, the one that is named last. */
    private Optional<Check> overridden() throws IOException {
        Optional<LayerStoreHelper> helper = LayerStoreHelper.find(session.engineFiles());
        Path script = doors.hookScript().path();
        // The drop-in itself may be that of another configuration, which the look at its content tells.
        boolean isOurs = helper.isPresent()
                && (helper.get().program().equals(script.toString())
                        || isSame(helper.get().file(), doors.hookConf().path()));
        if (isOurs) {
            return Optional.empty();
        }
        return Optional.of(
                helper.isEmpty()
                        ? Check.fail(HOOK, "registries.conf names no helper", doors.remedy())
                        : Check.fail(
                                HOOK,
                                "%s names another helper, %s, and engines run only one"
                                        .formatted(
                                                helper.get().file(),
                                                helper.get().program()),
                                "take additional-layer-store-auth-helper out of "
                                        + helper.get().file()));
    }

    private static boolean isSame(Path a, Path b) throws IOException {
        return Files.exists(a) && Files.exists(b) && Files.isSameFile(a, b);
    }

    private Check mirrorFile() throws IOException {
        return state(doors.mirrorConf())
                .map(problem -> Check.fail(MIRROR, problem, doors.remedy()))
                .orElseGet(() -> Check.ok(
                        MIRROR,
                        "registries are asked through it: " + doors.mirrorConf().path()));
    }

    private Check mirror() throws IOException {
        String address = session.config().get(ConfigKey.MIRROR_LISTEN);
        var request = HttpRequest.newBuilder(URI.create("http://%s/healthz".formatted(address)))
                .timeout(ANSWER)
                .build();
        try (HttpClient client = HttpClient.newBuilder()
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(ANSWER)
                .build()) {
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            return status == 200
                    ? Check.ok(MIRROR, "answers at " + address)
                    : Check.fail(
                            MIRROR,
                            "%s answers HTTP status %d: something else listens there".formatted(address, status),
                            "set mirror.listen to another port; " + doors.remedy());
        } catch (IOException e) {
            return Check.fail(
                    MIRROR, "does not answer at %s: %s".formatted(address, e), "systemctl enable --now lamella-mirror");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Check.warn(MIRROR, "interrupted", "lamella doctor");
        }
    }
}
