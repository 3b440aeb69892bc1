package dev.lamella.jobs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A generator in a process of its own, to be killed. It notes each attempt in a file when the attempt begins, and takes commands line by line:
 * {@code submit REPOSITORY TAG} is answered with the job's id, {@code unfinished} with a number; at the end of its input it stops in good order.
 */
final class GeneratorProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter commands;

    private GeneratorProcess(Process process) {
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.commands =
                new PrintWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8), true);
    }

    /** Starts one and waits until it is ready. */
    static GeneratorProcess start(String name, DatabaseConfig.Place place, Path attempts) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                GeneratorProcess.class.getName(),
                name,
                attempts.toString()));
        command.addAll(
                switch (place) {
                    case DatabaseConfig.Place.Embedded(Path directory) -> List.of(directory.toString());
                    case DatabaseConfig.Place.Postgresql(String url, String user, Optional<String> password) ->
                        List.of(url, user);
                });
        var generator = new GeneratorProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        attempts.resolveSibling(name + ".log").toFile()))
                .start());
        String ready = generator.answer();
        if (!ready.equals("ready")) {
            generator.kill();
            throw new IOException("generator " + name + " said: " + ready);
        }
        return generator;
    }

    /** Sends a command and returns its answer. */
    String ask(String command) throws IOException {
        commands.println(command);
        return answer();
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the generator's output ended");
        }
        return line;
    }

    /** Kills it as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }

    /** Stops it in good order. */
    @Override
    public void close() throws IOException {
        commands.close();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                kill();
                throw new IOException("the generator did not stop");
            }
        } catch (InterruptedException e) {
            kill();
            throw new IOException("interrupted", e);
        }
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        Path attempts = Path.of(arguments[1]);
        DatabaseConfig config = arguments.length == 3
                ? DatabaseConfig.embedded(Path.of(arguments[2]))
                : DatabaseConfig.postgresql(arguments[2], arguments[3], Optional.empty());
        try (JobDatabase database = JobDatabase.open(config.withLimits(new DatabaseLimits(8, 2_000, 10_000)))) {
            var queue = JobQueue.of(database, new QueueLimits(1000, 100_000, 50, 100));
            var worker = JobWorker.start(
                    queue, (job, context) -> run(job, context, attempts), TestJobs.config(arguments[0], 4));
            answers.println("ready");
            var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                String[] words = line.split(" ", -1);
                answers.println(
                        words[0].equals("submit")
                                ? TestJobs.submit(queue, TestJobs.publish(words[1], words[2]))
                                        .id()
                                : queue.counts().unfinished());
            }
            worker.close();
        }
    }

    private static Outcome run(Job job, JobContext context, Path attempts) throws Exception {
        Files.writeString(attempts, job.id() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        for (int part = 1; part <= 5; part++) {
            Thread.sleep(ThreadLocalRandom.current().nextInt(2, 40));
            context.progress(new JobProgress(part, 5, List.of()));
        }
        if (ThreadLocalRandom.current().nextInt(10) == 0) {
            throw new IOException("one in ten fails");
        }
        return Outcome.done();
    }

    /** Returns how often each job was begun, as the generators noted. */
    static long begun(Path attempts, UUID id) throws IOException {
        try (var lines = Files.lines(attempts)) {
            return lines.filter(id.toString()::equals).count();
        }
    }
}
