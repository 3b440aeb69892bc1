package dev.lamella.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.client.GeneratorClient;
import dev.lamella.client.JobFilter;
import dev.lamella.client.JobState;
import dev.lamella.client.JobView;
import dev.lamella.client.PageRequest;
import dev.lamella.client.Scope;
import dev.lamella.webhook.Secret;
import dev.lamella.webhook.WebhookAuthentication;
import dev.lamella.webhook.WebhookConfig;
import dev.lamella.webhook.WebhookLimits;
import dev.lamella.webhook.WebhookProduct;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class WebhooksApiTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path directory;

    private RunningService service;

    @BeforeEach
    void start() throws IOException {
        service = RunningService.start(
                directory,
                (config, registry) -> config.withWebhooks(List.of(new WebhookConfig(
                        "site",
                        WebhookProduct.DOCKER_DISTRIBUTION,
                        new WebhookAuthentication.Bearer(new Secret(SECRET)),
                        Optional.of(registry),
                        WebhookLimits.DEFAULT))));
    }

    private void restartWith(ServiceLimits.Rate rate, ServiceLimits.AtOnce atOnce, Path other) throws IOException {
        service.close();
        var rates = new ServiceLimits.Rates(
                ServiceLimits.Rates.DEFAULT.caller(), ServiceLimits.Rates.DEFAULT.stranger(), rate, atOnce, 100);
        service = RunningService.start(
                other,
                (config, registry) -> config.withLimits(ServiceLimits.DEFAULT.withRates(rates))
                        .withWebhooks(List.of(new WebhookConfig(
                                "site",
                                WebhookProduct.DOCKER_DISTRIBUTION,
                                new WebhookAuthentication.Bearer(new Secret(SECRET)),
                                Optional.of(registry),
                                WebhookLimits.DEFAULT))));
    }

    @AfterEach
    void stop() throws IOException {
        service.close();
    }

    private static String pushed(String id, String repository, String tag) {
        return """
                {"events": [{"id": "%s", "timestamp": "%s", "action": "push",
                  "target": {"mediaType": "application/vnd.oci.image.manifest.v1+json", "size": 500,
                    "digest": "sha256:%s", "length": 500, "repository": "%s", "tag": "%s"},
                  "request": {"id": "r", "addr": "127.0.0.1", "host": "registry.example", "method": "PUT"},
                  "actor": {"name": "robot"}, "source": {"addr": "registry:5000"}}]}
                """.formatted(id, Instant.now().truncatedTo(ChronoUnit.MILLIS), "ab".repeat(32), repository, tag);
    }

    private HttpResponse<String> send(String secret, String body) throws IOException {
        return service.send(
                "POST",
                "/v1/webhooks/site",
                Optional.of(secret),
                body,
                Map.of("Content-Type", "application/vnd.docker.distribution.events.v1+json"));
    }

    @Test
    void aPushIsPublishedOnce() throws IOException {
        String image = service.push("library/demo", "1.0", 10_000);
        String event = pushed(UUID.randomUUID().toString(), "library/demo", "1.0");
        assertThat(send(SECRET, event).statusCode()).isEqualTo(202);
        assertThat(send(SECRET, event).statusCode()).isEqualTo(202);
        RunningService.await(
                "the image is published", () -> service.store.image(image).isPresent());
        try (GeneratorClient client = service.client(Scope.READ)) {
            List<JobView> jobs = client.jobs(JobFilter.ALL, PageRequest.FIRST).items();
            assertThat(jobs).hasSize(1).allMatch(job -> job.source().equals("webhook:site"));
        }
    }

    @Test
    void whoIsNotTheRegistryIsRefused() throws IOException {
        String event = pushed("e1", "library/demo", "1.0");
        assertThat(send("wrong-wrong-wrong-wrong", event).statusCode()).isEqualTo(401);
        assertThat(send(SECRET, "{\"events\": [{\"action\": 7}]}").statusCode()).isEqualTo(400);
        assertThat(send(SECRET, "garbage").statusCode()).isEqualTo(400);
        assertThat(send(SECRET, " ".repeat(WebhookLimits.DEFAULT.bodyBytes() + 1))
                        .statusCode())
                .isEqualTo(413);
        assertThat(service.send("POST", "/v1/webhooks/other", Optional.of(SECRET), event, Map.of())
                        .statusCode())
                .isEqualTo(404);
        try (GeneratorClient client = service.client(Scope.READ)) {
            assertThat(client.jobs(JobFilter.ALL, PageRequest.FIRST).items()).isEmpty();
        }
    }

    @Test
    void strangersDoNotUseUpWhatTheRegistryMaySend(@TempDir Path other) throws IOException {
        restartWith(new ServiceLimits.Rate(1, 5), ServiceLimits.AtOnce.DEFAULT, other);
        for (int i = 0; i < 20; i++) {
            assertThat(send("wrong-wrong-wrong-wrong", pushed("s" + i, "library/demo", "1"))
                            .statusCode())
                    .isEqualTo(401);
        }
        assertThat(send(SECRET, pushed("mine", "library/demo", "1")).statusCode())
                .isEqualTo(202);
        var statuses = new ArrayList<Integer>();
        for (int i = 0; i < 100; i++) {
            statuses.add(send("wrong-wrong-wrong-wrong", pushed("t" + i, "library/demo", "1"))
                    .statusCode());
        }
        assertThat(statuses).as("strangers have few tries").contains(401, 429);
    }

    @Test
    void aFloodIsRefusedAndOthersAreAnswered(@TempDir Path other) throws Exception {
        restartWith(new ServiceLimits.Rate(1, 10), ServiceLimits.AtOnce.DEFAULT, other);
        Optional<String> token = Optional.of(service.token("reader", Scope.READ));
        var statuses = new ConcurrentLinkedQueue<Integer>();
        var answerNanos = new ArrayList<Long>();
        try (var senders = Executors.newFixedThreadPool(16)) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
            for (int sender = 0; sender < 16; sender++) {
                int number = sender;
                var _ = senders.submit(() -> {
                    for (int i = 0; System.nanoTime() < end; i++) {
                        String id = number + "-" + i;
                        statuses.add(send(SECRET, pushed(id, "library/flood-" + number, "t" + i))
                                .statusCode());
                    }
                    return null;
                });
            }
            while (System.nanoTime() < end) {
                for (String path : List.of("/healthz", "/v1/nodes")) {
                    long start = System.nanoTime();
                    assertThat(service.get(path, token).statusCode()).isEqualTo(200);
                    answerNanos.add(System.nanoTime() - start);
                }
                Thread.sleep(100);
            }
        }
        assertThat(statuses).contains(202, 429);
        assertThat(statuses).allMatch(status -> status == 202 || status == 429);
        answerNanos.sort(null);
        long median = answerNanos.get(answerNanos.size() / 2);
        System.out.printf(
                "%d webhooks in 4 s, %d accepted; others answered in %d ms at the median, %d ms at most%n",
                statuses.size(),
                statuses.stream().filter(status -> status == 202).count(),
                TimeUnit.NANOSECONDS.toMillis(median),
                TimeUnit.NANOSECONDS.toMillis(answerNanos.getLast()));
        assertThat(Duration.ofNanos(median)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void whoWouldWaitTooLongIsToldToComeBack(@TempDir Path other) throws Exception {
        restartWith(new ServiceLimits.Rate(1000, 1000), new ServiceLimits.AtOnce(1, 10, Duration.ZERO), other);
        var accepted = new ConcurrentLinkedQueue<String>();
        var busy = new ConcurrentLinkedQueue<HttpResponse<String>>();
        try (var senders = Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < 200; i++) {
                String repository = "none/busy-" + i;
                var _ = senders.submit(() -> {
                    HttpResponse<String> answer = send(SECRET, pushed(repository, repository, "1"));
                    if (answer.statusCode() == 202) {
                        accepted.add(repository);
                    } else {
                        busy.add(answer);
                    }
                    return null;
                });
            }
        }
        assertThat(accepted).isNotEmpty();
        assertThat(busy).isNotEmpty().allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("5");
        });
        try (GeneratorClient client = service.client(Scope.READ)) {
            assertThat(client.jobs(JobFilter.ALL, PageRequest.of(200)).items())
                    .as("what was accepted is queued, what was not is not")
                    .hasSize(accepted.size());
        }
    }

    @Test
    void whatIsNotThereIsADeadLetter() throws IOException {
        assertThat(send(SECRET, pushed("e", "library/none", "1")).statusCode()).isEqualTo(202);
        try (GeneratorClient client = service.client(Scope.READ)) {
            RunningService.await(
                    "the job has failed",
                    () -> client.jobs(JobFilter.ALL.in(JobState.FAILED), PageRequest.FIRST)
                                    .items()
                                    .size()
                            == 1);
        }
        assertThat(service.store.images()).isEmpty();
    }
}
