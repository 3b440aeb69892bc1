package dev.lamella.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real PostgreSQL of Debian's, with a cluster of its own in a temporary directory, on the loopback interface. Run as postgres if we are root. */
public final class PostgresCluster implements AutoCloseable {

    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");

    private final Path directory;
    private final Path programs;
    private final int port;
    private int databases;

    private PostgresCluster(Path directory, Path programs, int port) {
        this.directory = directory;
        this.programs = programs;
        this.port = port;
    }

    /** Makes and starts a cluster. */
    public static PostgresCluster start() throws IOException {
        Path directory = Files.createTempDirectory("lamella-postgres");
        var cluster = new PostgresCluster(directory, programs(), freePort());
        if (isRoot()) {
            run(List.of("chown", "postgres", directory.toString()));
        }
        cluster.asPostgres("initdb", "-D", cluster.data(), "-A", "trust", "-E", "UTF8", "--no-sync");
        cluster.up();
        return cluster;
    }

    private static Path programs() throws IOException {
        try (Stream<Path> versions = Files.exists(VERSIONS) ? Files.list(VERSIONS) : Stream.empty()) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.comparing(Path::toString))
                    .orElseThrow(() -> new IllegalStateException(
                            "no PostgreSQL below " + VERSIONS + "; run: sudo testbed/install"));
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Starts the server; after a kill it recovers first. */
    public void up() throws IOException {
        asPostgres(
                "pg_ctl",
                "-D",
                data(),
                "-l",
                directory.resolve("log").toString(),
                "-w",
                "-t",
                "60",
                "-o",
                "-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories='%s' -c max_connections=60"
                        .formatted(port, directory),
                "start");
    }

    /** Kills the server and all its children at once, as a crash of the machine would. */
    public void kill() throws IOException {
        long postmaster = Long.parseLong(
                Files.readAllLines(Path.of(data(), "postmaster.pid")).getFirst().strip());
        ProcessHandle process = ProcessHandle.of(postmaster).orElseThrow();
        List<ProcessHandle> all = new ArrayList<>(process.children().toList());
        all.addFirst(process);
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(killed -> killed.onExit().orTimeout(30, TimeUnit.SECONDS).join());
    }

    /** Makes an empty database; returns its JDBC URL. The user is {@code postgres}, without a password. */
    public synchronized String newDatabase() throws IOException {
        String name = "jobs" + ++databases;
        asPostgres("createdb", "-h", directory.toString(), "-p", Integer.toString(port), name);
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, name);
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    private void asPostgres(String program, String... arguments) throws IOException {
        var command = new ArrayList<String>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        run(command);
    }

    private static void run(List<String> command) throws IOException {
        Path output = Files.createTempFile("lamella-postgres", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(command + " failed: " + Files.readString(output, StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command + " was interrupted", e);
        } finally {
            Files.delete(output);
        }
    }

    @Override
    public void close() throws IOException {
        asPostgres("pg_ctl", "-D", data(), "-m", "immediate", "stop");
        run(List.of("rm", "-rf", directory.toString()));
    }
}
