package dev.lamella.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lamella.client.JobState;
import dev.lamella.client.JobView;
import dev.lamella.client.Listing;
import dev.lamella.client.Priority;
import dev.lamella.client.Problem;
import dev.lamella.client.SubmissionAnswer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** The made-up site on loopback: its pages, its static files, and a job whose progress it streams. */
final class MadeSite implements AutoCloseable {

    static final String RUNNING = Made.runningJob(0).id();
    static final String FAILED = Made.job(5, JobState.FAILED).id();

    private static final long PAUSE_MILLIS = 60;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final StaticFiles files = StaticFiles.load();
    private final Pages pages = new Pages(files, PageLimits.DEFAULT);
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** How far the running job is, in percent; at 100 it has succeeded. */
    final AtomicInteger percent = new AtomicInteger(12);

    /** Whether the stream moves the job on. */
    final AtomicBoolean moving = new AtomicBoolean();

    /** Whether the next stream breaks after its first event. */
    final AtomicBoolean breaking = new AtomicBoolean();

    /** Forms that were sent: their paths and fields. */
    final List<String> sent = new CopyOnWriteArrayList<>();

    MadeSite() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String url(String path) {
        return "http://localhost:" + server.getAddress().getPort() + path;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.startsWith("/ui/static/")) {
                sendFile(exchange, path.substring("/ui/static/".length()));
            } else if (path.endsWith("/events")) {
                stream(exchange);
            } else if (exchange.getRequestMethod().equals("POST")) {
                take(exchange, path);
            } else {
                sendPage(
                        exchange,
                        200,
                        page(
                                path,
                                fields(Optional.ofNullable(
                                        exchange.getRequestURI().getRawQuery()))));
            }
        }
    }

    private void sendFile(HttpExchange exchange, String name) throws IOException {
        Optional<StaticFile> file = files.find(name);
        if (file.isEmpty()) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", file.get().contentType());
        exchange.getResponseHeaders().set("Cache-Control", StaticFiles.CACHE_CONTROL);
        send(exchange, 200, file.get().content());
    }

    private static void sendPage(HttpExchange exchange, int status, String html) throws IOException {
        Pages.HEADERS.forEach(exchange.getResponseHeaders()::set);
        send(exchange, status, html.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private void stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write("retry: 50\n\n".getBytes(StandardCharsets.UTF_8));
            JobView job;
            do {
                if (moving.get()) {
                    percent.updateAndGet(now -> Math.min(100, now + 3));
                }
                job = runningJob();
                out.write(("event: job\ndata: " + JSON.writeValueAsString(job) + "\n\n")
                        .getBytes(StandardCharsets.UTF_8));
                out.flush();
                Thread.sleep(PAUSE_MILLIS);
            } while (!job.state().isFinal() && !breaking.getAndSet(false));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(HttpExchange exchange, String path) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        sent.add(path + " " + body);
        Map<String, String> form = fields(Optional.of(body));
        if (path.equals("/ui/submit")) {
            sendPage(exchange, 200, pages.submit(Made.VISIT, answered(form)));
            return;
        }
        String next = path.startsWith("/ui/jobs/")
                ? Links.job(RUNNING)
                : path.equals("/ui/logout") ? "/ui/login" : "/ui/images";
        exchange.getResponseHeaders().set("Location", next);
        exchange.sendResponseHeaders(303, -1);
    }

    private static SubmitPage answered(Map<String, String> form) {
        String images = form.getOrDefault("images", "");
        var kept = new SubmitPage.Form(
                images,
                form.getOrDefault("tags", ""),
                form.getOrDefault("platform", ""),
                Priority.NORMAL,
                form.containsKey("dryRun"));
        List<SubmissionAnswer.Item> items = images.lines()
                .map(line -> line.contains("forbidden")
                        ? new SubmissionAnswer.Item(line, Optional.empty(), Optional.of("rule deny[0] forbids it"))
                        : new SubmissionAnswer.Item(line, Optional.of(RUNNING), Optional.empty()))
                .toList();
        return new SubmitPage(kept, Optional.of(new SubmissionAnswer(items)));
    }

    private JobView runningJob() {
        JobView job = Made.runningJob(percent.get());
        return percent.get() < 100 ? job : Made.with(job, JobState.SUCCEEDED, job.layers());
    }

    private String page(String path, Map<String, String> query) {
        String search = query.getOrDefault("search", "");
        return switch (path) {
            case "/ui/" ->
                pages.overview(Made.VISIT, new OverviewPage(Made.statistics(), Made.samples(), Made.jobs(8)));
            case "/ui/jobs" ->
                pages.jobs(
                        Made.VISIT,
                        new JobsPage(Optional.empty(), search, Made.counts(), Made.listing(matching(search))));
            case "/ui/failures" ->
                pages.failures(
                        Made.VISIT,
                        new FailuresPage(
                                search,
                                new Listing<>(
                                        List.of(Made.job(5, JobState.FAILED), Made.job(7, JobState.RETRYING)),
                                        Optional.empty())));
            case "/ui/images" ->
                pages.images(Made.VISIT, new ImagesPage(search, Optional.empty(), Made.listing(Made.images(14))));
            case "/ui/layers" ->
                pages.layers(Made.VISIT, new LayersPage(Made.layers(60), Made.listing(Made.layers(20))));
            case "/ui/nodes" -> pages.nodes(Made.VISIT, Made.nodes(9));
            case "/ui/audit" -> pages.audit(Made.VISIT, Made.audit(9));
            case "/ui/submit" -> pages.submit(Made.VISIT, SubmitPage.empty());
            case "/ui/login" ->
                pages.login(
                        new Visit(Optional.empty(), "csrf-0123", Made.NOW, Optional.empty()),
                        new LoginPage("/ui/", Optional.empty()));
            default -> pageOfOne(path);
        };
    }

    private String pageOfOne(String path) {
        if (path.equals(Links.job(RUNNING))) {
            return pages.job(Made.VISIT, runningJob());
        }
        if (path.startsWith("/ui/jobs/")) {
            return pages.job(
                    Made.VISIT,
                    Made.with(
                            Made.job(5, JobState.FAILED),
                            JobState.FAILED,
                            Made.runningJob(30).layers()));
        }
        if (path.startsWith("/ui/images/")) {
            return pages.image(Made.VISIT, Made.imagePage(9));
        }
        return pages.problem(
                Made.VISIT,
                new Problem(
                        "urn:lamella:problem:not-found",
                        "Not found",
                        404,
                        "There is no such page.",
                        Optional.of(path)));
    }

    private static List<JobView> matching(String search) {
        return Made.jobs(30).stream()
                .filter(job -> job.reference().contains(search))
                .toList();
    }

    private static Map<String, String> fields(Optional<String> encoded) {
        return encoded.stream()
                .flatMap(text -> Stream.of(text.split("&", -1)))
                .filter(field -> field.contains("="))
                .map(field -> field.split("=", 2))
                .collect(Collectors.toMap(
                        field -> field[0],
                        field -> URLDecoder.decode(field[1], StandardCharsets.UTF_8),
                        (first, second) -> second,
                        ConcurrentHashMap::new));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
