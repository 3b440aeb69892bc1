package dev.lamella.cli;

import dev.lamella.oci.Accounts;
import dev.lamella.oci.OciException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code lamella doctor}. */
@Command(
        name = "doctor",
        description = "Look for what could keep images from being published or run, and say what mends it.",
        footer = {"", "Exits with 1 if something does not work."})
final class DoctorCommand implements Callable<Integer> {

    private final Session session;

    DoctorCommand(Session session) {
        this.session = session;
    }

    private List<Check> engine() throws IOException {
        Optional<String> said = PodmanVersion.ask(session);
        Optional<PodmanVersion> podman = said.flatMap(PodmanVersion::parse);
        var checks = new ArrayList<Check>();
        checks.add(EngineChecks.podman(said));
        checks.addAll(new StorageConfChecks(session, podman, Accounts.SYSTEM).run());
        boolean isAsked = false;
        try {
            EngineDoors doors = EngineDoors.of(session, session.registriesDirectory());
            checks.addAll(new DoorChecks(session, doors, podman).run());
            isAsked = doors.hasHook() || doors.hasMirror();
        } catch (OciException e) {
            checks.add(Check.fail("registries.conf", Failure.of(e).message(), "mend the file"));
        }
        checks.addAll(new NodeChecks(session, isAsked).run());
        return checks;
    }

    @Override
    public Integer call() throws IOException {
        var checks = new ArrayList<Check>();
        checks.addAll(new KernelChecks(Path.of("/")).run());
        checks.addAll(new StoreChecks(session, Deadline.FILES).run());
        checks.addAll(engine());
        boolean works = checks.stream().noneMatch(check -> check.verdict() == Check.Verdict.FAIL);
        session.result(
                Json.object(
                        "works",
                        works,
                        "checks",
                        checks.stream().map(Check::document).toList()),
                checks.stream().map(Check::toString).collect(Collectors.joining("\n")));
        return (works ? ExitCode.OK : ExitCode.GENERIC).number();
    }
}
