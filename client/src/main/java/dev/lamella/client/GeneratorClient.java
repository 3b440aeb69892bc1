package dev.lamella.client;

import dev.lamella.client.Transport.Answer;
import dev.lamella.client.Transport.Call;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Talks to a generator. Every method throws {@link GeneratorException} if the generator refuses, with what it said, and within the
 * configured wait if there is no answer. Thread-safe.
 *
 * <pre>{@code
 * try (var generator = GeneratorClient.open(ClientConfig.of("https://generator.example").withToken(secret))) {
 *     String job = generator.submit(Submission.of("debian:12"), "my-run-17").items().getFirst().job().orElseThrow();
 *     JobView end = generator.follow(job, view -> System.out.println(view.receivedBytes()), Duration.ofMinutes(10));
 * }
 * }</pre>
 */
public final class GeneratorClient implements Closeable {

    private static final String NOTHING = "";
    private static final String UNIX = "unix:";

    /** The server says something at least every 15 seconds. */
    private static final Duration EVENTS_QUIET_MAX = Duration.ofSeconds(45);

    private static final long PAUSE_FIRST_MILLIS = 250;
    private static final long PAUSE_MILLIS_MAX = 5_000;

    private final ClientConfig config;
    private final Transport transport;

    private GeneratorClient(ClientConfig config, Transport transport) {
        this.config = config;
        this.transport = transport;
    }

    /**
     * Makes a client; nothing is sent yet.
     *
     * @throws IOException if the address or a file of the configuration is not right
     */
    public static GeneratorClient open(ClientConfig config) throws IOException {
        String base = config.base();
        if (base.startsWith(UNIX)) {
            return new GeneratorClient(config, new UnixTransport(Path.of(base.substring(UNIX.length()))));
        }
        if (!base.matches("https?://[^/?#@\\s]+/?")) {
            throw new GeneratorException(
                    "%s: expected https://HOST[:PORT], http://HOST[:PORT] or unix:/PATH".formatted(base));
        }
        var tls = PemFiles.context(config.trust(), config.certificate());
        return new GeneratorClient(config, new HttpTransport(URI.create(base), tls, config.timeout()));
    }

    /**
     * Submits images.
     *
     * @param idempotencyKey the same submission with the same key is done once; at most 200 printable characters
     */
    public SubmissionAnswer submit(Submission submission, String idempotencyKey) throws IOException {
        Call call = new Call("POST", "/v1/submissions", headers(), json(submission));
        call.headers().put("Idempotency-Key", idempotencyKey);
        return ApiJson.read(exchange(call), SubmissionAnswer.class);
    }

    /** Returns a part of the jobs, the newest first. */
    public Listing<JobView> jobs(JobFilter filter, PageRequest page) throws IOException {
        var query = new Query(page);
        filter.state().ifPresent(state -> query.add("state", state.name()));
        filter.text().ifPresent(text -> query.add("q", text));
        filter.repository().ifPresent(repository -> query.add("repository", repository));
        filter.source().ifPresent(source -> query.add("source", source));
        return ApiJson.readListing(get("/v1/jobs" + query), JobView.class);
    }

    /** Returns a job. */
    public JobView job(String id) throws IOException {
        return ApiJson.read(get("/v1/jobs/" + encode(id)), JobView.class);
    }

    /** Has a job end. Returns it as it is then. */
    public JobView cancel(String id) throws IOException {
        return ApiJson.read(post("/v1/jobs/%s/cancel".formatted(encode(id)), NOTHING), JobView.class);
    }

    /** Has a job that failed or was cancelled tried again. Returns it as it is then. */
    public JobView retry(String id) throws IOException {
        return ApiJson.read(post("/v1/jobs/%s/retry".formatted(encode(id)), NOTHING), JobView.class);
    }

    /**
     * Follows a job to its end. A connection that breaks off is made again.
     *
     * @param listener is told of each change, by the calling thread
     * @param wait for how long; after that the job is returned as it is
     * @return the job as it was last seen
     */
    public JobView follow(String id, Consumer<JobView> listener, Duration wait) throws IOException {
        long endNanos = System.nanoTime() + wait.toNanos();
        JobView last = job(id);
        listener.accept(last);
        for (int failures = 0; !last.state().isFinal() && System.nanoTime() - endNanos < 0; ) {
            try {
                last = events(id, listener, endNanos).orElse(last);
                failures = 0;
            } catch (GeneratorException e) {
                if (e.status() / 100 == 4 && e.status() != 429) {
                    throw e;
                }
                failures++;
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException _) {
                failures++;
            }
            if (!last.state().isFinal()) {
                pause(Math.min(PAUSE_MILLIS_MAX, PAUSE_FIRST_MILLIS << Math.min(failures, 5)), endNanos);
            }
        }
        return last;
    }

    private Optional<JobView> events(String id, Consumer<JobView> listener, long endNanos) throws IOException {
        Call call = new Call("GET", "/v1/jobs/%s/events".formatted(encode(id)), headers(), NOTHING);
        Optional<JobView> last = Optional.empty();
        try (Answer answer = transport.send(call, config.timeout());
                var watch = new Watchdog(answer, EVENTS_QUIET_MAX)) {
            if (answer.status() != 200) {
                throw refusal(call, answer.status(), answer.body().readNBytes(Transport.ANSWER_BYTES_MAX));
            }
            var events = new EventInput(answer.body(), watch);
            for (Optional<String> data = events.next();
                    data.isPresent() && System.nanoTime() - endNanos < 0;
                    data = events.next()) {
                JobView view = ApiJson.read(data.get().getBytes(StandardCharsets.UTF_8), JobView.class);
                listener.accept(view);
                last = Optional.of(view);
            }
        }
        return last;
    }

    private static void pause(long millis, long endNanos) throws InterruptedIOException {
        long leftMillis =
                Math.max(0, Duration.ofNanos(endNanos - System.nanoTime()).toMillis());
        try {
            Thread.sleep(Math.min(millis, leftMillis));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while following a job");
        }
    }

    /** Returns a part of the images whose reference or digest has a text in it, by their first references. */
    public Listing<ImageView> images(String text, PageRequest page) throws IOException {
        return ApiJson.readListing(get("/v1/images" + new Query(page).addText(text)), ImageView.class);
    }

    /** Returns an image with its layers and the nodes that show it. */
    public ImageView image(String digest) throws IOException {
        return ApiJson.read(get("/v1/images/" + encode(digest)), ImageView.class);
    }

    /** Removes all references to an image. It goes, with layers that no other needs, with the next collection of garbage. */
    public void deleteImage(String digest) throws IOException {
        exchange(new Call("DELETE", "/v1/images/" + encode(digest), headers(), NOTHING));
    }

    /** Removes a reference. An image without any goes with the next collection of garbage. */
    public void deleteReference(String reference) throws IOException {
        exchange(new Call("DELETE", "/v1/images" + new Query().add("reference", reference), headers(), NOTHING));
    }

    /** Returns a part of the layers whose digest has a text in it, in the order of their digests. */
    public Listing<LayerView> layers(String text, PageRequest page) throws IOException {
        return ApiJson.readListing(get("/v1/layers" + new Query(page).addText(text)), LayerView.class);
    }

    /** Returns a layer. */
    public LayerView layer(String diffId) throws IOException {
        return ApiJson.read(get("/v1/layers/" + encode(diffId)), LayerView.class);
    }

    /** Returns the store and the queue in numbers. */
    public StatisticsView statistics() throws IOException {
        return ApiJson.read(get("/v1/statistics"), StatisticsView.class);
    }

    /** Returns the numbers of the last hours or days, the oldest first. */
    public List<Sample> samples() throws IOException {
        return ApiJson.readListing(get("/v1/samples"), Sample.class).items();
    }

    /** Returns the nodes that were seen. */
    public List<NodeView> nodes() throws IOException {
        return ApiJson.readListing(get("/v1/nodes"), NodeView.class).items();
    }

    /** Says which images a node shows; while it does so again and again, these are not collected. */
    public void report(String node, NodeReport report) throws IOException {
        exchange(new Call("PUT", "/v1/nodes/" + encode(node), headers(), json(report)));
    }

    /** Returns a part of what was done, the newest first. */
    public Listing<AuditEntry> audit(PageRequest page) throws IOException {
        return ApiJson.readListing(get("/v1/audit" + new Query(page)), AuditEntry.class);
    }

    /** Makes a token. */
    public NewToken createToken(TokenRequest request) throws IOException {
        return ApiJson.read(post("/v1/tokens", json(request)), NewToken.class);
    }

    /** Returns the tokens, without their secrets. */
    public List<TokenView> tokens() throws IOException {
        return ApiJson.readListing(get("/v1/tokens"), TokenView.class).items();
    }

    /** Ends a token. */
    public void revokeToken(String name) throws IOException {
        exchange(new Call("DELETE", "/v1/tokens/" + encode(name), headers(), NOTHING));
    }

    /**
     * Removes from the store what no image and no node needs.
     *
     * @param dryRun only say what would be removed
     */
    public CollectionView collect(boolean dryRun) throws IOException {
        return ApiJson.read(post("/v1/gc?dryRun=" + dryRun, NOTHING), CollectionView.class);
    }

    private byte[] get(String path) throws IOException {
        return exchange(new Call("GET", path, headers(), NOTHING));
    }

    private byte[] post(String path, String body) throws IOException {
        return exchange(new Call("POST", path, headers(), body));
    }

    private Map<String, String> headers() {
        var headers = new HashMap<String, String>();
        headers.put("Accept", "application/json");
        headers.put("Content-Type", "application/json");
        config.token().ifPresent(secret -> headers.put("Authorization", "Bearer " + secret));
        return headers;
    }

    private byte[] exchange(Call call) throws IOException {
        byte[] body;
        int status;
        try (Answer answer = transport.send(call, config.timeout());
                var watch = new Watchdog(answer, config.timeout())) {
            body = answer.body().readNBytes(Transport.ANSWER_BYTES_MAX);
            watch.requireInTime(call.shown());
            status = answer.status();
        } catch (InterruptedIOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            throw unavailable(call, e);
        } catch (IOException e) {
            throw unavailable(call, e);
        }
        if (status / 100 != 2) {
            throw refusal(call, status, body);
        }
        return body;
    }

    private GeneratorException unavailable(Call call, IOException cause) {
        String said = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new GeneratorException("%s: %s: %s".formatted(config.base(), call.shown(), said), cause);
    }

    private static GeneratorException refusal(Call call, int status, byte[] body) {
        try {
            return new GeneratorException(call.shown(), ApiJson.read(body, Problem.class));
        } catch (IOException | RuntimeException _) {
            // Something before the generator answered, a proxy perhaps.
            return new GeneratorException(
                    call.shown(), new Problem("about:blank", "HTTP " + status, status, "", Optional.empty()));
        }
    }

    private static String json(Object document) {
        return new String(ApiJson.write(document), StandardCharsets.UTF_8);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** A query that is being written. */
    private static final class Query {
        private final StringBuilder text = new StringBuilder();

        Query() {}

        Query(PageRequest page) {
            add("limit", Integer.toString(page.limit()));
            page.cursor().ifPresent(cursor -> add("cursor", cursor));
        }

        Query add(String name, String value) {
            text.append(text.isEmpty() ? '?' : '&').append(name).append('=').append(encode(value));
            return this;
        }

        Query addText(String wanted) {
            return wanted.isEmpty() ? this : add("q", wanted);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    /** Ends all connections. */
    @Override
    public void close() throws IOException {
        transport.close();
    }
}
