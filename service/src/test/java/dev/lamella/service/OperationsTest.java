package dev.lamella.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.lamella.client.GeneratorClient;
import dev.lamella.client.JobState;
import dev.lamella.client.NodeReport;
import dev.lamella.client.PageRequest;
import dev.lamella.client.Scope;
import dev.lamella.client.Submission;
import dev.lamella.testkit.RegistryFault;
import dev.lamella.testkit.TestCertificate;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@Tag("integration")
class OperationsTest {

    @TempDir
    private Path directory;

    @Test
    void callersHaveRates() throws IOException {
        var rates = new ServiceLimits.Rates(
                new ServiceLimits.Rate(1, 5),
                new ServiceLimits.Rate(1, 3),
                new ServiceLimits.Rate(1, 1),
                ServiceLimits.AtOnce.DEFAULT,
                100);
        try (RunningService service =
                RunningService.start(directory, config -> config.withLimits(ServiceLimits.DEFAULT.withRates(rates)))) {
            Optional<String> token = Optional.of(service.token("busy", Scope.READ));
            Optional<String> other = Optional.of(service.token("calm", Scope.READ));
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                statuses.add(service.get("/v1/nodes", token).statusCode());
            }
            assertThat(statuses).startsWith(200, 200, 200, 200, 200).contains(429);
            HttpResponse<String> refused = service.get("/v1/nodes", token);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(service.get("/v1/nodes", other).statusCode()).isEqualTo(200);
            statuses.clear();
            for (int i = 0; i < 6; i++) {
                statuses.add(service.get("/v1/nodes", Optional.of("guess-" + i)).statusCode());
            }
            assertThat(statuses).startsWith(401, 401, 401).endsWith(429);
            assertThat(service.get("/healthz", Optional.empty()).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void certificatesAreReplacedWithoutARestart() throws Exception {
        TestCertificate first = TestCertificate.make();
        TestCertificate second = TestCertificate.make();
        Path cert = Files.writeString(directory.resolve("tls.crt"), first.certificatePem());
        Path key = Files.writeString(directory.resolve("tls.key"), first.keyPem());
        var tls = new ListenConfig.Tls(cert, key, Optional.empty(), Map.of());
        try (RunningService service = RunningService.start(
                directory, config -> config.withListen(config.listen().withTls(tls)), Optional.of(cert))) {
            assertThat(served(service)).isEqualTo(encoded(first));
            // Half of a change: the old one holds.
            Files.writeString(cert, second.certificatePem());
            Files.setLastModifiedTime(cert, FileTime.from(Instant.now().minusSeconds(5)));
            Thread.sleep(3000);
            assertThat(served(service)).isEqualTo(encoded(first));
            Files.writeString(key, second.keyPem());
            RunningService.await(
                    "the new certificate is served", () -> served(service).equals(encoded(second)));
        }
    }

    private static String encoded(TestCertificate certificate) throws IOException {
        return certificate.certificatePem().replaceAll("-----[A-Z ]+-----|\\s", "");
    }

    private static String served(RunningService service) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new javax.net.ssl.TrustManager[] {new TrustingAll()}, null);
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                    .createSocket(
                            "127.0.0.1",
                            service.service().address().orElseThrow().getPort())) {
                socket.setSoTimeout(10_000);
                socket.startHandshake();
                return Base64.getEncoder()
                        .encodeToString(
                                socket.getSession().getPeerCertificates()[0].getEncoded());
            }
        } catch (java.security.GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static final class TrustingAll implements javax.net.ssl.X509TrustManager {
        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public java.security.cert.X509Certificate[] getAcceptedIssuers() {
            return new java.security.cert.X509Certificate[0];
        }
    }

    @Test
    void secretsAreNowhere() throws Exception {
        var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        root.addAppender(lines);
        ch.qos.logback.classic.Level level = root.getLevel();
        root.setLevel(ch.qos.logback.classic.Level.DEBUG);
        String password = "correct-horse-battery";
        var answers = new StringBuilder();
        String token;
        try (RunningService service = RunningService.start(directory)) {
            service.registry.basic("robot", password);
            Files.writeString(
                    directory.resolve("auth.json"),
                    "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}"
                            .formatted(
                                    service.registry.address(),
                                    Base64.getEncoder()
                                            .encodeToString(("robot:" + password).getBytes(StandardCharsets.UTF_8))));
            token = service.token("known", Scope.ADMIN);
            String image = service.push("library/demo", "1.0", 10_000);
            try (GeneratorClient client = service.client(Scope.SUBMIT, Scope.READ)) {
                for (String name : List.of(image, service.registry.address() + "/library/none:1")) {
                    String job = submitted(client, name);
                    JobState state =
                            client.follow(job, _ -> {}, RunningService.WAIT).state();
                    assertThat(state).isEqualTo(name.equals(image) ? JobState.SUCCEEDED : JobState.FAILED);
                }
            }
            Optional<String> known = Optional.of(token);
            for (Route route : service.service().routes()) {
                if (route.method().equals("GET") && !route.path().contains("{")) {
                    answers.append(service.get(route.path(), known).body());
                }
            }
            answers.append(service.send(
                            "POST",
                            "/v1/tokens",
                            known,
                            "{\"name\": \"" + token,
                            Map.of("Content-Type", "application/json"))
                    .body());
            answers.append(service.get("/v1/jobs/" + token, known).body().replace(token, ""));
        } finally {
            root.setLevel(level);
            root.detachAppender(lines);
        }
        List<String> secrets = List.of(
                token,
                password,
                Base64.getEncoder().encodeToString(("robot:" + password).getBytes(StandardCharsets.UTF_8)));
        for (String secret : secrets) {
            assertThat(lines.list)
                    .filteredOn(event -> !event.getLoggerName().startsWith("org.eclipse.jetty")
                            && !event.getLoggerName().startsWith("jdk."))
                    .noneMatch(event -> event.getFormattedMessage().contains(secret));
            assertThat(answers.toString()).doesNotContain(secret);
            try (Stream<Path> files = Files.walk(directory.resolve("database"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                            .as(file.toString())
                            .doesNotContain(secret);
                }
            }
        }
    }

    @Test
    void stoppingFinishesOrHandsBackJobs() throws IOException {
        try (RunningService service = RunningService.start(directory)) {
            service.registry.inject("/blobs/", 1000, new RegistryFault.Slow(5_000, 100));
            String image = service.push("library/demo", "1.0", 3_000_000);
            String job;
            try (GeneratorClient client = service.client(Scope.SUBMIT, Scope.READ)) {
                job = submitted(client, image);
                RunningService.await("it runs", () -> client.job(job).state() == JobState.RUNNING);
            }
            long start = System.nanoTime();
            service.restart();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(25));
            service.registry.heal();
            try (GeneratorClient client = service.client(Scope.READ)) {
                var end = client.follow(job, _ -> {}, RunningService.WAIT);
                assertThat(end.state()).isEqualTo(JobState.SUCCEEDED);
            }
        }
    }

    /** Submits an image, and returns the job. */
    private static String submitted(GeneratorClient client, String image) throws IOException {
        return client.submit(Submission.of(image), "once-" + image.hashCode())
                .items()
                .getFirst()
                .job()
                .orElseThrow();
    }

    /** Has an image published, and returns its digest. */
    private static String published(GeneratorClient client, String image) throws IOException {
        String job = submitted(client, image);
        return client.follow(job, _ -> {}, RunningService.WAIT).manifestDigest().orElseThrow();
    }

    @Test
    void numbersNodesAndAuditLog() throws IOException {
        try (RunningService service = RunningService.start(directory);
                GeneratorClient local = service.local()) {
            String image = service.push("library/demo", "1.0", 10_000);
            String digest = published(local, image);
            local.report("node-1.example", new NodeReport("0.1.0", List.of(digest)));
            assertThat(local.nodes()).hasSize(1).allMatch(node -> node.images() == 1);
            assertThat(local.image(digest).nodes()).containsExactly("node-1.example");
            assertThat(local.statistics().images()).isEqualTo(1);
            assertThat(local.statistics().nodes()).isEqualTo(1);
            assertThat(local.audit(PageRequest.of(10)).items())
                    .anyMatch(entry ->
                            entry.action().equals("submit") && entry.object().equals(image));
            Optional<String> token = Optional.of(service.token("prometheus", Scope.READ));
            RunningService.await(
                    "metrics count the job",
                    () -> service.get("/metrics", token)
                            .body()
                            .contains("lamella_generator_jobs{state=\"succeeded\"} 1.0"));
            assertThat(service.get("/metrics", token).body())
                    .contains("lamella_generator_received_bytes_total")
                    .contains("lamella_generator_requests_seconds_count")
                    .contains("route=\"/v1/submissions\"");
            local.deleteImage(digest);
            assertThat(local.images("", PageRequest.FIRST).items()).isEmpty();
            assertThatThrownBy(() -> local.image(digest)).hasMessageContaining("there is no image");
            assertThat(local.collect(true).dryRun()).isTrue();
            assertThat(local.collect(false).dryRun()).isFalse();
            assertThat(local.samples()).isNotNull();
        }
    }

    @Test
    void imagesOfOthersAppear() throws IOException {
        try (RunningService service = RunningService.start(directory);
                GeneratorClient local = service.local()) {
            String image = service.push("library/demo", "1.0", 1000);
            String digest = published(local, image);
            // As another process would.
            service.store.removeReference(image);
            RunningService.await(
                    "the image is gone",
                    () -> local.images("", PageRequest.FIRST).items().isEmpty());
            assertThat(digest).startsWith("sha256:");
        }
    }

    @Test
    void connectionsAreNotKeptWhenThereAreMany() throws Exception {
        ServiceLimits limits = limits(6, 10);
        try (RunningService service = RunningService.start(directory, config -> config.withLimits(limits))) {
            var kept = new ArrayList<Socket>();
            var closing = new ArrayList<Boolean>();
            for (int number = 1; number <= 5; number++) {
                var socket = service.connect();
                kept.add(socket);
                socket.setSoTimeout(30_000);
                String answer = head(socket, "/v1/nodes");
                assertThat(answer).startsWith("HTTP/1.1 401");
                closing.add(answer.contains("Connection: close"));
            }
            assertThat(head(kept.getFirst(), "/healthz"))
                    .startsWith("HTTP/1.1 200")
                    .doesNotContain("Connection: close");
            // What is beyond the limit is not accepted, and the socket of administrators does not mind.
            for (int number = 0; number < 6; number++) {
                kept.add(service.connect());
            }
            try (GeneratorClient local = service.local()) {
                assertThat(local.images("", PageRequest.FIRST).items()).isEmpty();
            }
            for (Socket socket : kept) {
                socket.close();
            }
            try (var socket = service.connect()) {
                socket.setSoTimeout(30_000);
                assertThat(head(socket, "/healthz")).startsWith("HTTP/1.1 200");
            }
            try (GeneratorClient local = service.local()) {
                assertThat(local.images("", PageRequest.FIRST).items()).isEmpty();
            }
            // From the fourth of six on; one may be what asked whether the service is ready.
            assertThat(closing).startsWith(false, false).endsWith(true, true);
        }
    }

    @Test
    void whoIsRefusedBeforeTheBodyIsReadSeesWhy() throws Exception {
        try (RunningService service = RunningService.start(directory)) {
            for (int bytes : new int[] {100, ServiceLimits.DEFAULT.http().bodyBytes()}) {
                try (var socket = service.connect()) {
                    socket.setSoTimeout(30_000);
                    OutputStream out = socket.getOutputStream();
                    out.write(
                            "POST /v1/submissions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
                                    .formatted(bytes)
                                    .getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    // Whoever has no credentials could be refused by now, and reset for what comes after.
                    Thread.sleep(300);
                    out.write(new byte[bytes / 2]);
                    out.flush();
                    Thread.sleep(300);
                    out.write(new byte[bytes - bytes / 2]);
                    out.flush();
                    assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                            .startsWith("HTTP/1.1 401");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /healthz HTTP/1.1\r\nX: ",
                "POST /v1/submissions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nX: "
            })
    void requestsThatComeInDripsAreEnded(String begun) throws Exception {
        ServiceLimits limits = limits(100, 10, Duration.ofSeconds(1));
        try (RunningService service = RunningService.start(directory, config -> config.withLimits(limits))) {
            try (var socket = service.connect()) {
                socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
                assertEndedThoughItDrips(socket);
            }
        }
    }

    private static void assertEndedThoughItDrips(Socket socket) {
        assertThatThrownBy(() -> {
                    for (int drip = 0; drip < 100; drip++) {
                        Thread.sleep(200);
                        socket.getOutputStream().write('x');
                    }
                })
                .isInstanceOf(SocketException.class);
    }

    @Test
    void clientsThatDoNotShakeHandsAreSentAway() throws Exception {
        TestCertificate certificate = TestCertificate.make();
        Path cert = Files.writeString(directory.resolve("tls.crt"), certificate.certificatePem());
        Path key = Files.writeString(directory.resolve("tls.key"), certificate.keyPem());
        var tls = new ListenConfig.Tls(cert, key, Optional.empty(), Map.of());
        ServiceLimits limits = limits(100, 10, Duration.ofSeconds(1));
        UnaryOperator<ServiceConfig> change =
                config -> config.withLimits(limits).withListen(config.listen().withTls(tls));
        try (RunningService service = RunningService.start(directory, change, Optional.of(cert));
                var socket = service.connect()) {
            // The head of a TLS record of 16 KiB that holds a handshake.
            socket.getOutputStream().write(new byte[] {22, 3, 1, 0x40, 0, 1, 0, 0x3f, (byte) 0xfc});
            assertEndedThoughItDrips(socket);
        }
    }

    @Test
    void answersMayTakeTheirTime() throws Exception {
        ServiceLimits limits = limits(100, 10, Duration.ofSeconds(1));
        try (RunningService service = RunningService.start(directory, config -> config.withLimits(limits))) {
            service.registry.inject("/blobs/", 1000, new RegistryFault.Slow(2_000, 100));
            String image = service.push("library/demo", "1.0", 1_000_000);
            try (GeneratorClient client = service.client(Scope.SUBMIT, Scope.READ)) {
                String job = submitted(client, image);
                try (var socket = service.connect()) {
                    socket.setSoTimeout(5_000);
                    socket.getOutputStream()
                            .write("GET /v1/jobs/%s/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
                                    .formatted(job, service.token("follower", Scope.READ))
                                    .getBytes(StandardCharsets.US_ASCII));
                    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(6);
                    while (System.nanoTime() < end) {
                        assertThat(socket.getInputStream().read(new byte[1000])).isPositive();
                    }
                }
                client.cancel(job);
            }
        }
    }

    private static ServiceLimits limits(int connections, int streams) {
        return limits(connections, streams, Duration.ofMinutes(1));
    }

    private static ServiceLimits limits(int connections, int streams, Duration idle) {
        return ServiceLimits.DEFAULT.withHttp(new ServiceLimits.Http(
                1 << 20,
                16 << 10,
                connections,
                idle,
                streams,
                Duration.ofMinutes(1),
                idle.dividedBy(4),
                10,
                Duration.ofHours(1)));
    }

    /** Asks by a connection that may be kept; returns the head of the answer. */
    private static String head(Socket socket, String path) throws IOException {
        socket.getOutputStream()
                .write("GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        .formatted(path)
                        .getBytes(StandardCharsets.US_ASCII));
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).as("the answer so far: %s", head).isNotNegative();
            head.append((char) next);
        }
        Matcher length = Pattern.compile("Content-Length: (\\d+)").matcher(head);
        assertThat(length.find()).as("the answer: %s", head).isTrue();
        socket.getInputStream().skipNBytes(Integer.parseInt(length.group(1)));
        return head.toString();
    }

    @Test
    void manyStreamsAreRefused() throws Exception {
        ServiceLimits limits = limits(1000, 1);
        try (RunningService service = RunningService.start(directory, config -> config.withLimits(limits));
                GeneratorClient client = service.client(Scope.SUBMIT, Scope.READ)) {
            service.registry.inject("/blobs/", 1000, new RegistryFault.Slow(2_000, 100));
            String image = service.push("library/demo", "1.0", 1_000_000);
            String job = submitted(client, image);
            // The client tells of the job once before it asks for events, so the second time is the stream's first
            // event.
            var told = new CountDownLatch(2);
            Thread follower = Thread.ofVirtual().start(() -> {
                try {
                    client.follow(job, _ -> told.countDown(), RunningService.WAIT);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(told.await(RunningService.WAIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            HttpResponse<String> second =
                    service.get("/v1/jobs/" + job + "/events", Optional.of(service.token("second", Scope.READ)));
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(second.body()).contains("1 streams of events are open");
            service.registry.heal();
            client.cancel(job);
            follower.join(Duration.ofSeconds(20));
            assertThat(follower.isAlive()).isFalse();
        }
    }
}
