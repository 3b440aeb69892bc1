package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code lamella doctor} on an installation in a directory, with programs of its own. */
final class Doctor {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    final Installation lamella;
    final Path programs;
    final Path storageConf;

    Doctor(Path directory) throws IOException {
        lamella = Installation.in(directory);
        lamella.configure("node.socket = \"%s\"%n".formatted(directory.resolve("node.sock")));
        programs = Files.createDirectories(directory.resolve("bin"));
        storageConf = directory.resolve("storage.conf");
    }

    /** Puts a program in the place where programs are found. */
    Path program(String name, String script) throws IOException {
        Path file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    void podman(String version) throws IOException {
        program("podman", "echo podman version " + version);
    }

    Map<String, String> environment() {
        return Map.of(
                Config.ENVIRONMENT,
                lamella.config().toString(),
                "PATH",
                programs.toString(),
                "CONTAINERS_STORAGE_CONF",
                storageConf.toString());
    }

    Run run(String... arguments) {
        return Run.with(environment(), arguments);
    }

    /** Runs what a check says mends it. */
    void mend(Check check) {
        List<String> words = List.of(check.remedy().split(" "));
        assertThat(words).startsWith("lamella", "configure", "podman", "--write");
        Run run = run(words.subList(1, words.size()).toArray(String[]::new));
        assertThat(run.code()).as(run.err()).isZero();
    }

    /** Returns what doctor says of a subject. */
    List<Check> checks(String subject) {
        Run run = run("doctor", "--json");
        var checks = new ArrayList<Check>();
        for (JsonNode check : JSON.readTree(run.out()).path("checks")) {
            if (check.path("subject").asString().equals(subject)) {
                checks.add(new Check(
                        subject,
                        Check.Verdict.valueOf(check.path("verdict").asString()),
                        check.path("detail").asString(),
                        check.path("remedy").asString()));
            }
        }
        assertThat(checks).as("%s of %s %s", subject, run.out(), run.err()).isNotEmpty();
        boolean fails = checks.stream().anyMatch(check -> check.verdict() == Check.Verdict.FAIL);
        assertThat(run.code()).isEqualTo(fails ? 1 : run.code());
        return checks;
    }

    /** Checks that doctor finds nothing wrong with a subject. */
    void requireRight(String subject) {
        assertThat(checks(subject)).allMatch(check -> check.verdict() == Check.Verdict.OK);
    }

    /** Returns the only thing that is wrong with a subject. */
    Check wrong(String subject, Check.Verdict verdict, String detail) {
        List<Check> wrong = checks(subject).stream()
                .filter(check -> check.verdict() != Check.Verdict.OK)
                .toList();
        assertThat(wrong).hasSize(1);
        assertThat(wrong.getFirst().verdict()).isEqualTo(verdict);
        assertThat(wrong.getFirst().detail()).contains(detail);
        assertThat(wrong.getFirst().remedy()).isNotEmpty();
        return wrong.getFirst();
    }

    /** Returns a session of this installation. */
    Session session() {
        var nowhere = new PrintStream(OutputStream.nullOutputStream());
        return new Session(new Session.Surroundings(nowhere, nowhere, environment(), false), new GlobalOptions());
    }
}
