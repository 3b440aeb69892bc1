package dev.lamella.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends a generator so many notifications of Docker distribution in a second, whether it answers or not: {@code URL SECRET RATE SECONDS TAGS FILE}. Every
 * second one is of {@code team/app}, the others of {@code forbidden/app}, with one of so many tags; each has an ID of its own. Meanwhile
 * {@code /healthz} is asked ten times in a second. Prints how many there were of each status, and how long answers took; adds a line for each image that
 * was accepted, {@code REPOSITORY:TAG}, to the file. Fails if one had no answer.
 */
final class FloodWebhooks {

    /** Notifications that may be under way at once; a service that hangs does not fill the memory of this program. */
    private static final int OPEN_MAX = 5_000;

    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final long ASK_MILLIS = 100;
    private static final String NONE = "no answer";

    private final HttpClient client = client();
    /** Asks meanwhile, and does not wait for the threads of the one that floods. */
    private final HttpClient other = client();

    private final URI hook;
    private final String secret;
    private final Map<String, Integer> statuses = new TreeMap<>();
    private final List<Long> hookNanos = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> otherNanos = Collections.synchronizedList(new ArrayList<>());
    private final Set<String> accepted = new ConcurrentSkipListSet<>();
    private final Semaphore open = new Semaphore(OPEN_MAX);

    private FloodWebhooks(URI hook, String secret) {
        this.hook = hook;
        this.secret = secret;
    }

    private static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    public static void main(String[] arguments) throws Exception {
        var flood = new FloodWebhooks(URI.create(arguments[0]), arguments[1]);
        int rate = Integer.parseInt(arguments[2]);
        int seconds = Integer.parseInt(arguments[3]);
        flood.run(rate, rate * seconds, Integer.parseInt(arguments[4]));
        flood.client.close();
        flood.other.close();
        Files.write(Path.of(arguments[5]), flood.accepted, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (flood.statuses.keySet().stream().anyMatch(status -> status.endsWith(NONE))) {
            System.exit(70);
        }
    }

    private void run(int rate, int count, int tags) throws InterruptedException {
        var asking = new AtomicBoolean(true);
        Thread asker = Thread.ofPlatform().start(() -> ask(asking));
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long due = start + TimeUnit.SECONDS.toNanos(1) * i / rate;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            open.acquire();
            send("%s/app".formatted(i % 2 == 0 ? "team" : "forbidden"), "t" + (i / 2) % tags);
        }
        double sentSeconds = (System.nanoTime() - start) / 1e9;
        open.acquire(OPEN_MAX);
        asking.set(false);
        asker.join();
        System.out.printf(
                Locale.ROOT,
                "%d notifications in %.1f s (%.0f/s): %s; answered in %s; /healthz in %s%n",
                count,
                sentSeconds,
                count / sentSeconds,
                statuses,
                figures(hookNanos),
                figures(otherNanos));
    }

    private void send(String repository, String tag) {
        String body = """
                {"events": [{"id": "%s", "timestamp": "%s", "action": "push",
                  "target": {"mediaType": "application/vnd.oci.image.manifest.v1+json", "size": 500,
                    "digest": "sha256:%s", "repository": "%s", "tag": "%s"}, "request": {"method": "PUT"}}]}
                """.formatted(UUID.randomUUID(), Instant.now(), "ab".repeat(32), repository, tag);
        HttpRequest request = HttpRequest.newBuilder(hook)
                .timeout(ANSWER_MAX)
                .header("Authorization", "Bearer " + secret)
                .header("Content-Type", "application/vnd.docker.distribution.events.v1+json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        long start = System.nanoTime();
        CompletableFuture<?> _ = client.sendAsync(request, BodyHandlers.discarding())
                .whenComplete((answer, failure) -> {
                    hookNanos.add(System.nanoTime() - start);
                    count(failure == null ? Integer.toString(answer.statusCode()) : NONE);
                    if (failure == null && answer.statusCode() == 202) {
                        accepted.add(repository + ":" + tag);
                    }
                    open.release();
                });
    }

    private synchronized void count(String status) {
        statuses.merge(status, 1, Integer::sum);
    }

    private void ask(AtomicBoolean asking) {
        HttpRequest request = HttpRequest.newBuilder(hook.resolve("/healthz"))
                .timeout(ANSWER_MAX)
                .build();
        while (asking.get()) {
            long start = System.nanoTime();
            try {
                int status = other.send(request, BodyHandlers.discarding()).statusCode();
                if (status != 200) {
                    count("/healthz " + status);
                }
                otherNanos.add(System.nanoTime() - start);
                Thread.sleep(ASK_MILLIS);
            } catch (IOException e) {
                count("/healthz: " + NONE);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static String figures(List<Long> nanos) {
        var sorted = nanos.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "%.1f ms at the median, %.1f ms at 99 %%, %.1f ms at most",
                sorted.get(sorted.size() / 2) / 1e6,
                sorted.get(sorted.size() * 99 / 100) / 1e6,
                sorted.getLast() / 1e6);
    }
}
