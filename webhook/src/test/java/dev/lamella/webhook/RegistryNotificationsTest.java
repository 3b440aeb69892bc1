package dev.lamella.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.TarBytes;
import dev.lamella.webhook.RegistryEvent.Deleted;
import dev.lamella.webhook.RegistryEvent.Pushed;
import dev.lamella.webhook.WebhookVerdict.Accepted;
import dev.lamella.webhook.WebhookVerdict.Ignored;
import dev.lamella.webhook.WebhookVerdict.Malformed;
import dev.lamella.webhook.WebhookVerdict.Replayed;
import dev.lamella.webhook.WebhookVerdict.TooLarge;
import dev.lamella.webhook.WebhookVerdict.Unauthorized;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real registry of Debian sends, after real pushes and deletions by skopeo. */
@Tag("integration")
class RegistryNotificationsTest {

    private static final long WAIT_NANOS_MAX = 30_000_000_000L;

    private final List<WebhookVerdict> verdicts = new CopyOnWriteArrayList<>();
    private final List<WebhookVerdict> strangersVerdicts = new CopyOnWriteArrayList<>();
    private final List<RegistryEvent> events = new CopyOnWriteArrayList<>();
    private final Set<String> actedUpon = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answersToLose = new AtomicInteger();

    @TempDir
    private Path directory;

    private HttpServer server;
    private NotifyingRegistry registry;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String url = "http://127.0.0.1:%d".formatted(server.getAddress().getPort());
        registry = new NotifyingRegistry(
                directory,
                List.of(
                        new NotifyingRegistry.Endpoint("lamella", url + "/hook", Sender.SECRET),
                        new NotifyingRegistry.Endpoint("stranger", url + "/stranger", "not-the-secret-of-the-hook")));
        Webhook hook = new Sender(WebhookProduct.DOCKER_DISTRIBUTION)
                .registry(registry.address())
                .guard((_, id) -> actedUpon.contains(id))
                .hook();
        server.createContext("/hook", exchange -> answer(hook, exchange, verdicts));
        server.createContext("/stranger", exchange -> answer(hook, exchange, strangersVerdicts));
        server.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.stop(0);
        registry.stop();
    }

    private void answer(Webhook hook, HttpExchange exchange, List<WebhookVerdict> kept) throws IOException {
        byte[] body =
                exchange.getRequestBody().readNBytes(hook.config().limits().bodyBytes() + 1);
        String path = exchange.getRequestURI().getRawPath();
        String suffix = path.substring(exchange.getHttpContext().getPath().length());
        var request = new WebhookRequest(exchange.getRequestMethod(), suffix, exchange.getRequestHeaders());
        WebhookVerdict verdict = hook.receive(request, body, Instant.now());
        int status = switch (verdict) {
            case Accepted accepted -> {
                accepted.events().forEach(event -> actedUpon.add(event.id()));
                events.addAll(accepted.events());
                yield answersToLose.getAndUpdate(n -> Math.max(n - 1, 0)) > 0 ? 503 : 202;
            }
            case Ignored _, Replayed _ -> 200;
            case WebhookVerdict.Challenge _ -> 200;
            case Unauthorized _ -> 401;
            case Malformed _ -> 400;
            case TooLarge _ -> 413;
        };
        kept.add(verdict);
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    @Test
    void onePushForEachTagAndDeletionsOfManifestAndTag() throws Exception {
        Path image = OciLayout.write(directory.resolve("image"), image("one"));
        registry.push(image, "team/app:1.0");
        registry.push(image, "team/app:1.1");
        registry.push(image, "team/copy:1.0");
        awaitEvents(3);
        assertThat(pushes())
                .containsExactlyInAnyOrder(
                        named("team/app:1.0", image("one")),
                        named("team/app:1.1", image("one")),
                        named("team/copy:1.0", image("one")));
        registry.delete("team/copy:1.0");
        awaitEvents(5);
        // The registry tells of the manifest and of each tag that named it.
        assertThat(events.subList(3, 5)).allMatch(Deleted.class::isInstance);
        EventTarget gone = named("team/copy:1.0", image("one"));
        assertThat(events.subList(3, 5))
                .extracting(RegistryEvent::target)
                .containsExactlyInAnyOrder(
                        new EventTarget(gone.registry(), gone.repository(), gone.tag(), Optional.empty()),
                        new EventTarget(gone.registry(), gone.repository(), Optional.empty(), gone.digest()));
        noMoreThan(5);
        assertThat(verdicts).hasAtLeastOneElementOfType(Ignored.class);
        assertThat(verdicts).noneMatch(Malformed.class::isInstance);
    }

    @Test
    void anIndexIsOnePush() throws Exception {
        OciImage arm =
                new OciImages().platform("linux/arm64/v8").layer(tar("second")).build();
        OciImage index = OciImages.index(List.of("linux/amd64", "linux/arm64/v8"), List.of(image("first"), arm));
        registry.push(OciLayout.write(directory.resolve("index"), index), "team/multi:latest");
        awaitEvents(1);
        assertThat(pushes()).containsExactly(named("team/multi:latest", index));
        noMoreThan(1);
    }

    @Test
    void anEventWhoseAnswerGotLostIsAReplay() throws Exception {
        answersToLose.set(1);
        registry.push(OciLayout.write(directory.resolve("image"), image("lost")), "team/app:1.0");
        awaitEvents(1);
        noMoreThan(1);
        assertThat(verdicts).hasAtLeastOneElementOfType(Replayed.class);
    }

    @Test
    void aRegistryWithAnotherSecretIsNotHeard() throws Exception {
        registry.push(OciLayout.write(directory.resolve("image"), image("stranger")), "team/app:1.0");
        awaitEvents(1);
        long end = System.nanoTime() + WAIT_NANOS_MAX;
        while (strangersVerdicts.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertThat(strangersVerdicts).isNotEmpty().allMatch(Unauthorized.class::isInstance);
        assertThat(events).hasSize(1);
    }

    private void awaitEvents(int count) throws InterruptedException {
        long end = System.nanoTime() + WAIT_NANOS_MAX;
        while (events.size() < count && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertThat(events).as("verdicts: %s", verdicts).hasSizeGreaterThanOrEqualTo(count);
    }

    /** A registry sends to an endpoint one event after the other: when a later one is here, no earlier one is to come. */
    private void noMoreThan(int count) throws Exception {
        registry.push(OciLayout.write(directory.resolve("last"), image("last")), "team/last:1.0");
        awaitEvents(count + 1);
        assertThat(events).hasSize(count + 1);
        assertThat(events.getLast().target().repository()).isEqualTo("team/last");
    }

    private List<EventTarget> pushes() {
        return events.stream()
                .filter(Pushed.class::isInstance)
                .map(RegistryEvent::target)
                .toList();
    }

    private EventTarget named(String name, OciImage image) {
        int colon = name.indexOf(':');
        return new EventTarget(
                registry.address(),
                name.substring(0, colon),
                Optional.of(name.substring(colon + 1)),
                Optional.of(image.digest()));
    }

    private static OciImage image(String name) {
        return OciImages.oci(tar(name));
    }

    private static byte[] tar(String name) {
        return new TarBytes().file("name", name).end();
    }
}
