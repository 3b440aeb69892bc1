package dev.lamella.page;

import dev.lamella.client.AuditEntry;
import dev.lamella.client.ImageView;
import dev.lamella.client.JobAction;
import dev.lamella.client.JobState;
import dev.lamella.client.JobView;
import dev.lamella.client.LayerProgress;
import dev.lamella.client.LayerState;
import dev.lamella.client.LayerView;
import dev.lamella.client.Listing;
import dev.lamella.client.NodeView;
import dev.lamella.client.Priority;
import dev.lamella.client.Sample;
import dev.lamella.client.StatisticsView;
import dev.lamella.page.ImagePage.Sharer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** A made-up site: what its API would say. The same every time. */
final class Made {

    static final Instant NOW = Instant.parse("2026-11-28T14:07:30Z");
    static final Viewer OPERATOR = new Viewer("operator", true, true);
    static final Visit VISIT = new Visit(Optional.of(OPERATOR), "csrf-0123", NOW, Optional.empty());

    private static final List<String> REPOSITORIES = List.of(
            "docker.io/library/debian",
            "quay.io/example/web",
            "registry.example.org/physics/reconstruction",
            "registry.example.org/physics/simulation",
            "ghcr.io/example/notebook",
            "docker.io/library/python");
    private static final long MIB = 1 << 20;

    private Made() {}

    static String digest(long number) {
        var random = new Random(number * 7_919 + 17);
        var digest = new StringBuilder("sha256:");
        for (int i = 0; i < 64; i++) {
            digest.append(Character.forDigit(random.nextInt(16), 16));
        }
        return digest.toString();
    }

    static String reference(int number) {
        return REPOSITORIES.get(number % REPOSITORIES.size()) + ":" + (1 + number / 7) + "." + number % 7;
    }

    static JobView job(int number, JobState state) {
        boolean tried = state != JobState.QUEUED;
        Optional<String> error = switch (state) {
            case FAILED ->
                Optional.of("publish " + reference(number) + ": layer 3 of 5: the tar's SHA-256 is "
                        + digest(number + 900) + ", but the config says " + digest(number + 901)
                        + ": the registry or the image is damaged; push it again");
            case RETRYING -> Optional.of("registry.example.org: no answer within 60 s, tried 6 times; is it up?");
            default -> Optional.empty();
        };
        Instant submitted = NOW.minusSeconds(40L + number * 97L);
        return new JobView(
                "%08x-1111-4222-8333-444455556666".formatted(number),
                number % 11 == 10 ? JobAction.DELETE : JobAction.PUBLISH,
                state,
                reference(number),
                "linux/amd64",
                List.of(Priority.values()).get(number % 3),
                number % 2 == 0 ? "webhook:harbor" : "api",
                number % 2 == 0 ? "harbor" : "operator",
                new JobView.Times(
                        submitted,
                        tried ? Optional.of(submitted.plusSeconds(3)) : Optional.empty(),
                        state.isFinal() ? Optional.of(submitted.plusSeconds(21)) : Optional.empty(),
                        state == JobState.RETRYING ? Optional.of(NOW.plusSeconds(95)) : Optional.empty()),
                state == JobState.FAILED ? 5 : tried ? 1 : 0,
                5,
                tried ? Optional.of("gen-a") : Optional.empty(),
                tried ? Optional.of(digest(number + 50)) : Optional.empty(),
                error,
                List.of());
    }

    /** A running job that has so many percent of its layers. */
    static JobView runningJob(int percent) {
        JobView job = job(0, JobState.RUNNING);
        long[] sizes = {48 * MIB, 31 * MIB, 512 * 1024, 210 * MIB, 9 * MIB};
        long left = percent * (sizes[1] + sizes[2] + sizes[3] + sizes[4]) / 100;
        List<LayerProgress> layers = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            long received = i == 0 ? 0 : Math.min(left, sizes[i]);
            left -= received;
            LayerState state = i == 0
                    ? LayerState.REUSED
                    : received == sizes[i] ? LayerState.DONE : received > 0 ? LayerState.RUNNING : LayerState.WAITING;
            layers.add(new LayerProgress(i + 1, digest(i), digest(100 + i), sizes[i], received, state));
        }
        return with(job, JobState.RUNNING, layers);
    }

    /** The same job in another state and with these layers. */
    static JobView with(JobView job, JobState state, List<LayerProgress> layers) {
        int number = Integer.parseInt(job.id().substring(0, 8), 16);
        JobView pattern = job(number, state);
        return new JobView(
                job.id(),
                job.action(),
                state,
                job.reference(),
                job.platform(),
                job.priority(),
                job.source(),
                job.submittedBy(),
                pattern.times(),
                pattern.attempts(),
                job.attemptsMax(),
                pattern.generator(),
                pattern.manifestDigest(),
                pattern.error(),
                layers);
    }

    static List<JobView> jobs(int count) {
        JobState[] states = {
            JobState.RUNNING, JobState.RUNNING, JobState.QUEUED, JobState.SUCCEEDED, JobState.SUCCEEDED,
            JobState.FAILED, JobState.SUCCEEDED, JobState.RETRYING, JobState.SUCCEEDED, JobState.CANCELLED
        };
        return IntStream.range(0, count)
                .mapToObj(i -> job(i, states[i % states.length]))
                .toList();
    }

    static LayerView layer(int number) {
        var random = new Random(number * 31L + 7);
        int images = number % 5 == 4 ? 1 : 1 + (int) Math.pow(1.0 + random.nextInt(9), 1.6);
        long size = (long) (Math.exp(random.nextDouble() * 6) * MIB * 0.9);
        return new LayerView(digest(number), List.of(digest(number + 100)), size, size / 300 + 4_096, images);
    }

    static List<LayerView> layers(int count) {
        return IntStream.range(0, count).mapToObj(Made::layer).toList();
    }

    static ImageView image(int number, int layerCount) {
        List<LayerView> layers = layers(layerCount);
        long size = layers.stream().mapToLong(LayerView::dataSizeBytes).sum();
        long shared = layers.stream()
                .filter(layer -> layer.images() > 1)
                .mapToLong(LayerView::dataSizeBytes)
                .sum();
        return new ImageView(
                digest(number + 50),
                number % 4 == 3 ? List.of() : List.of(reference(number), reference(number + 1)),
                "linux/amd64",
                Optional.of(NOW.minus(Duration.ofDays(9))),
                NOW.minus(Duration.ofHours(5L + number)),
                size / 3,
                size,
                shared,
                layerCount,
                layers,
                List.of("worker01", "worker02", "worker07"));
    }

    static List<ImageView> images(int count) {
        return IntStream.range(0, count).mapToObj(i -> image(i, 3 + i % 5)).toList();
    }

    static ImagePage imagePage(int layerCount) {
        ImageView image = image(2, layerCount);
        Map<String, List<Sharer>> sharers = new HashMap<>();
        for (int i = 0; i < layerCount; i++) {
            int others = Math.min(image.layers().get(i).images() - 1, 14 - Math.min(13, i));
            sharers.put(
                    image.layers().get(i).diffId(),
                    IntStream.range(0, Math.max(0, others))
                            .mapToObj(other -> new Sharer(digest(500 + other), reference(other + 3)))
                            .toList());
        }
        return new ImagePage(image, sharers);
    }

    /** A day and a half, every five minutes. */
    static List<Sample> samples() {
        var random = new Random(5);
        List<Sample> samples = new ArrayList<>();
        long stored = 310L << 30;
        long saved = 700L << 30;
        double waiting = 20;
        for (int i = 432; i >= 0; i--) {
            double wave = 1 + Math.sin(i / 46.0);
            waiting = Math.max(0, waiting + random.nextGaussian() * 4 + (wave - 1.02) * 2.2);
            long received = (long) (random.nextDouble() * wave * (700L << 20));
            stored += received * 2;
            saved += received * 5;
            samples.add(new Sample(
                    NOW.minus(Duration.ofMinutes(5L * i)),
                    (long) waiting,
                    Math.min(4, (long) (waiting / 3) + 1),
                    (long) (random.nextDouble() * wave * 5),
                    random.nextInt(40) == 0 ? 1 + random.nextInt(3) : 0,
                    received,
                    stored,
                    saved));
        }
        return samples;
    }

    static StatisticsView statistics() {
        Sample last = samples().getLast();
        return new StatisticsView(
                1_284, 6_932, last.storedBytes(), last.storedBytes() + last.savedBytes(), counts(), 184, 37);
    }

    static Map<JobState, Long> counts() {
        return Map.of(
                JobState.QUEUED, 12L,
                JobState.RUNNING, 4L,
                JobState.RETRYING, 2L,
                JobState.SUCCEEDED, 5_121L,
                JobState.FAILED, 3L,
                JobState.CANCELLED, 8L);
    }

    static List<NodeView> nodes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new NodeView(
                        "worker%02d.example.org".formatted(i), "0.1.0", NOW.minusSeconds(5L + 13L * i * i), 120 - i))
                .toList();
    }

    static Listing<AuditEntry> audit(int count) {
        return listing(IntStream.range(0, count)
                .mapToObj(i -> new AuditEntry(
                        NOW.minusSeconds(60L * i),
                        i % 2 == 0 ? "webhook:harbor" : "operator",
                        "submit",
                        reference(i),
                        "accepted"))
                .toList());
    }

    static <T> Listing<T> listing(List<T> items) {
        return new Listing<>(items, Optional.of("after this"));
    }
}
