package dev.lamella.generator;

import dev.lamella.oci.EngineConfig;
import dev.lamella.oci.EngineFiles;
import dev.lamella.oci.Platform;
import dev.lamella.oci.RegistryLimits;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.GarbageCollection;
import dev.lamella.store.GcListener;
import dev.lamella.store.GcOptions;
import dev.lamella.store.GcReport;
import dev.lamella.store.StoreBusyException;
import dev.lamella.store.StoreConfig;
import dev.lamella.store.StoreLimits;
import dev.lamella.testkit.SeededRandom;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.TrustedKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A publisher or a collector in a process of its own, until its standard input ends or it is killed: {@code collect DIRECTORY}, or {@code publish
 * DIRECTORY REPOSITORY FIRST STEP COUNT SEED}, which publishes the tags FIRST, FIRST + STEP and so on below COUNT, then any. Says a line for each
 * thing done.
 */
final class StoreProcess {

    static final Duration GRACE = Duration.ofMillis(500);

    private static volatile boolean over;

    private StoreProcess() {}

    /** The input ends when the test says so, or is itself no more. */
    private static void awaitEnd() {
        try {
            int _ = System.in.read();
        } catch (IOException e) {
            System.out.println(e);
        }
        over = true;
    }

    /** Runs. */
    public static void main(String[] arguments) throws IOException {
        Thread.ofPlatform().daemon().start(StoreProcess::awaitEnd);
        DirectoryStore store = open(Path.of(arguments[1]));
        if (arguments[0].equals("collect")) {
            GcOptions options = GcOptions.DEFAULT.withGrace(GRACE);
            while (!over) {
                collect(store, options);
            }
        } else {
            publish(store, arguments);
        }
    }

    private static void collect(DirectoryStore store, GcOptions options) throws IOException {
        try {
            GcReport report = GarbageCollection.run(store, options, GcListener.NONE);
            System.out.println("removed " + report.removed().size());
            report.problems().forEach(problem -> System.out.println("problem " + problem));
        } catch (StoreBusyException _) {
            System.out.println("busy"); // with the other collector
        }
    }

    private static void publish(DirectoryStore store, String... arguments) throws IOException {
        EngineConfig engine = engine(Path.of(arguments[1]));
        var publisher = new Publisher(store, engine, PublishLimits.DEFAULT);
        var how = new PublishOptions(Platform.parse("linux/amd64"), Optional.empty());
        int count = Integer.parseInt(arguments[5]);
        int step = Integer.parseInt(arguments[4]);
        var random = new SeededRandom(Long.parseLong(arguments[6]));
        for (int next = Integer.parseInt(arguments[3]); !over; next += step) {
            int tag = next < count ? next : random.nextInt(count);
            publisher.publish(engine.reference(arguments[2] + ":" + tag), how, PublishListener.NONE);
            System.out.println("published " + tag);
        }
    }

    private static EngineConfig engine(Path directory) throws IOException {
        List<Path> none = List.of();
        var files = new EngineFiles(List.of(directory.resolve("registries.conf")), none, none, none);
        return EngineConfig.load(files, Map.of(), RegistryLimits.DEFAULT);
    }

    static DirectoryStore open(Path directory) throws IOException {
        SigningKey key = SigningKey.loadOrCreate(directory.resolve("key.pem"));
        StoreLimits limits = StoreLimits.DEFAULT.withFreeSpaceFloor(0);
        return DirectoryStore.open(
                directory.resolve("store"),
                StoreConfig.writer(key, TrustedKeys.load(List.of())).withLimits(limits));
    }

    /** Starts one. */
    static Process start(List<String> arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", "")),
                StoreProcess.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
