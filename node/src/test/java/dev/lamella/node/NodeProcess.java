package dev.lamella.node;

import dev.lamella.store.DirectoryStore;
import dev.lamella.store.ImageRecord;
import dev.lamella.testkit.SeededRandom;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A process that works on a {@link TestNode}: {@code DIRECTORY show|hide NAME} does so once it is told to by a line of
 * input, {@code DIRECTORY both SEED ROUNDS} shows and hides all images of the store at random.
 */
final class NodeProcess {

    static final String READY = "ready";
    static final String DONE = "done";

    private NodeProcess() {}

    /** Runs until it is done or killed. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        DirectoryStore store = TestNode.reader(directory);
        var service = new NodeService(TestNode.config(directory, MountMode.AUTO), store);
        String argument = arguments[2];
        switch (arguments[1]) {
            case "show" -> {
                ImageRecord image = store.image(argument).orElseThrow();
                if (isTold(directory, store)) {
                    service.show(image, List.of(argument));
                }
            }
            case "hide" -> {
                if (isTold(directory, store)) {
                    service.hide(argument, false);
                }
            }
            case "both" -> showAndHide(store, service, Long.parseLong(argument), Integer.parseInt(arguments[3]));
            default -> throw new IllegalArgumentException(arguments[1]);
        }
        System.out.println(DONE);
    }

    /** Shows and hides on a node of its own first, so that classes are loaded and a kill hits the work itself. */
    private static boolean isTold(Path directory, DirectoryStore store) throws IOException {
        Path own = directory.resolve("own-" + ProcessHandle.current().pid());
        var service = new NodeService(TestNode.config(own, MountMode.AUTO), store);
        service.show(store.images().getFirst(), List.of("warm:1"));
        service.hide("warm:1", false);
        System.out.println(READY);
        return System.in.read() >= 0;
    }

    static void showAndHide(DirectoryStore store, NodeService service, long seed, int rounds) throws IOException {
        var random = new SeededRandom(seed);
        List<ImageRecord> images = store.images();
        for (int round = 0; round < rounds; round++) {
            ImageRecord image = random.pick(images);
            String name = store.references(image.manifestDigest()).getFirst();
            if (random.oneIn(2)) {
                service.show(image, List.of(name));
            } else {
                service.hide(name, false);
            }
        }
    }

    /** Starts one; its errors go to a file. */
    static Process start(Path directory, Path errors, String... arguments) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
        // Without logging, and without verifying classes that the compiler has just made, it starts in half the time.
        String quiet = Arrays.stream(classPath.split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("logback"))
                .collect(Collectors.joining(File.pathSeparator));
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-BytecodeVerificationRemote",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                quiet,
                NodeProcess.class.getName(),
                directory.toString()));
        command.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(command).redirectError(errors.toFile()).start();
    }
}
