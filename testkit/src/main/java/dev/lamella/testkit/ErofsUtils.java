package dev.lamella.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The programs of erofs-utils, out of the Debian suite that {@code testbed/suite} unpacks: another implementation of
 * the format, by its authors. Run by the suite's own loader, so that this machine's libraries do not matter.
 */
public final class ErofsUtils {

    private static final String SUITE = "trixie";
    private static final String ERROR = "<E>";

    private final Path root;
    private final List<String> loader;

    private ErofsUtils(Path root) throws IOException {
        this.root = root;
        Path libraries = only(root.resolve("usr/lib"), "*-linux-gnu*");
        this.loader = List.of(only(libraries, "ld-linux-*.so.*").toString(), "--library-path", libraries.toString());
    }

    /** What a program said, errors included, and exited with. */
    public record Result(int code, String output) {}

    /**
     * Finds the programs; the present directory is a module's.
     *
     * @throws AssertionError if they are not there and cannot be unpacked
     */
    public static ErofsUtils ofTestbed() throws IOException {
        Path suite = Path.of("..", "testbed", "suite").toAbsolutePath().normalize();
        Result result = run(List.of(suite.toString(), SUITE));
        if (result.code != 0) {
            throw new AssertionError("needs erofs-utils of Debian %s; run: sudo testbed/suite %s\n%s"
                    .formatted(SUITE, SUITE, result.output));
        }
        return new ErofsUtils(Path.of(result.output.strip().lines().toList().getLast()));
    }

    private static Path only(Path directory, String glob) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, glob)) {
            for (Path path : found) {
                return path;
            }
        }
        throw new AssertionError("no %s in %s; remove the suite's directory and run: sudo testbed/suite %s"
                .formatted(glob, directory, SUITE));
    }

    /** Returns the root of the suite, a real Debian. */
    public Path suiteRoot() {
        return root;
    }

    /** Runs {@code fsck.erofs}, which must find no fault in an image whose content is in another file. */
    public void check(Path image, Path data) throws IOException {
        String said = succeed("fsck.erofs", List.of("-d3", "--device=" + data, image.toString()));
        if (!said.contains("No errors found") || said.contains(ERROR)) {
            throw new AssertionError("fsck.erofs: " + said);
        }
    }

    /**
     * Lets {@code fsck.erofs} copy everything out of an image, attributes included; it must end well.
     *
     * @return the errors it printed all the same
     */
    public List<String> extract(Path image, Path data, Path target) throws IOException {
        return succeed("fsck.erofs", List.of("--device=" + data, "--xattrs", "--extract=" + target, image.toString()))
                .lines()
                .filter(line -> line.contains(ERROR))
                .toList();
    }

    /**
     * Lets {@code mkfs.erofs} make an image, which must succeed.
     *
     * @param options options before the image's name
     * @param source a tar, or a directory
     */
    public void make(List<String> options, Path image, Path source) throws IOException {
        succeed("mkfs.erofs", arguments(options, image, source));
    }

    /** Lets {@code mkfs.erofs} try to make an image. */
    public Result tryMake(List<String> options, Path image, Path source) throws IOException {
        return run("mkfs.erofs", arguments(options, image, source));
    }

    private static List<String> arguments(List<String> options, Path image, Path source) {
        var arguments = new ArrayList<String>(List.of("--quiet", "-Uclear"));
        arguments.addAll(options);
        arguments.add(image.toString());
        arguments.add(source.toString());
        return arguments;
    }

    private String succeed(String program, List<String> arguments) throws IOException {
        Result result = run(program, arguments);
        if (result.code != 0) {
            throw new AssertionError("exit code %d: %s %s\n%s"
                    .formatted(result.code, program, String.join(" ", arguments), result.output));
        }
        return result.output;
    }

    private Result run(String program, List<String> arguments) throws IOException {
        var command = new ArrayList<>(loader);
        command.add(root.resolve("usr/bin").resolve(program).toString());
        command.addAll(arguments);
        return run(command);
    }

    private static Result run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return new Result(process.waitFor(), output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command + " ran", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
