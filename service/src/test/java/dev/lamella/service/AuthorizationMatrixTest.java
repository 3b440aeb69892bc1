package dev.lamella.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.client.Scope;
import dev.lamella.testkit.TestCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asks for every route there is with every kind of credentials. The routes are read from the table, so that none can be forgotten. */
@Tag("integration")
class AuthorizationMatrixTest {

    private static final ServiceLimits.Rates GENEROUS = new ServiceLimits.Rates(
            new ServiceLimits.Rate(10_000, 10_000),
            new ServiceLimits.Rate(10_000, 10_000),
            new ServiceLimits.Rate(10_000, 10_000),
            ServiceLimits.AtOnce.DEFAULT,
            100);

    @TempDir
    private Path directory;

    private RunningService service;

    @BeforeEach
    void start() throws IOException {
        service =
                RunningService.start(directory, config -> config.withLimits(ServiceLimits.DEFAULT.withRates(GENEROUS)));
    }

    @AfterEach
    void stop() throws IOException {
        service.close();
    }

    private static String path(Route route) {
        return route.path().replaceAll("\\{[a-zA-Z]+}", "none");
    }

    private int status(Route route, Optional<String> token) throws IOException {
        return service.send(route.method(), path(route), token, "", Map.of()).statusCode();
    }

    private List<Route> routes() {
        return service.service().routes();
    }

    private static Optional<Scope> scope(Route route) {
        return switch (route.access()) {
            case Access.Needs(Scope scope) -> Optional.of(scope);
            case Access.Page(Scope scope) -> Optional.of(scope);
            case Access.Open _, Access.ByItself _ -> Optional.empty();
        };
    }

    @Test
    void theTableSaysWhoMay() {
        assertThat(routes())
                .filteredOn(route -> route.access() instanceof Access.Open)
                .extracting(Route::path)
                .containsExactlyInAnyOrder(
                        "/healthz", "/readyz", "/v1/openapi.json", "/", "/ui/static/{name}", "/ui/login", "/ui/login");
        assertThat(routes())
                .filteredOn(route -> route.access() instanceof Access.ByItself)
                .allMatch(route -> route.path().startsWith("/v1/webhooks/"));
        assertThat(routes())
                .filteredOn(route ->
                        route.path().startsWith("/v1/tokens") || route.path().startsWith("/v1/audit"))
                .hasSize(4)
                .allMatch(route -> scope(route).equals(Optional.of(Scope.ADMIN)));
        assertThat(routes())
                .filteredOn(route ->
                        route.path().startsWith("/v1/") && !route.method().equals("GET"))
                .allMatch(route -> !scope(route).equals(Optional.of(Scope.READ)));
    }

    @Test
    void nobodyWithoutCredentials() throws IOException {
        String expired = service.expiredToken("expired");
        for (Route route : routes()) {
            for (Optional<String> token : List.<Optional<String>>of(
                    Optional.empty(),
                    Optional.of("wrong"),
                    Optional.of("lamella_" + "A".repeat(43)),
                    Optional.of(expired))) {
                int status = status(route, token);
                switch (route.access()) {
                    case Access.Needs _ -> assertThat(status).as("%s", route).isEqualTo(401);
                    case Access.Page _ -> assertThat(status).as("%s", route).isEqualTo(303);
                    case Access.Open _ -> assertThat(status).as("%s", route).isNotIn(403, 500, 503);
                    case Access.ByItself _ -> assertThat(status).as("%s", route).isEqualTo(404);
                }
            }
        }
    }

    @Test
    void eachScopeOpensItsRoutesAndNoOthers() throws IOException {
        for (Scope granted : Scope.values()) {
            Optional<String> token = Optional.of(service.token("with-" + granted, granted));
            for (Route route : routes()) {
                if (!(route.access() instanceof Access.Needs(Scope wanted))) {
                    continue;
                }
                int status = status(route, token);
                if (granted.includes(wanted)) {
                    // Whatever becomes of a request for nothing in particular, it is not for a lack of rights.
                    assertThat(status).as("%s as %s", route, granted).isNotIn(401, 403, 429, 500, 503);
                } else {
                    assertThat(status).as("%s as %s", route, granted).isEqualTo(403);
                }
            }
        }
    }

    @Test
    void theSocketMayDoEverything() throws IOException {
        try (var local = service.local()) {
            assertThat(local.tokens()).isEmpty();
            assertThat(local.audit(dev.lamella.client.PageRequest.FIRST).items())
                    .isEmpty();
        }
        assertThat(Files.getPosixFilePermissions(service.socket).toString()).doesNotContain("OTHERS");
    }

    @Test
    void aRevokedTokenEnds() throws IOException {
        String secret = service.token("leaving", Scope.READ);
        assertThat(service.get("/v1/nodes", Optional.of(secret)).statusCode()).isEqualTo(200);
        try (var local = service.local()) {
            local.revokeToken("leaving");
        }
        assertThat(service.get("/v1/nodes", Optional.of(secret)).statusCode()).isEqualTo(401);
    }

    @Test
    void wrongCredentialsAreRefusedWhateverElseSpeaksForThem() throws Exception {
        TestCertificate certificate = TestCertificate.make();
        service.close();
        Path cert = Files.writeString(directory.resolve("tls.crt"), certificate.certificatePem());
        Path key = Files.writeString(directory.resolve("tls.key"), certificate.keyPem());
        Path other = Files.createDirectory(directory.resolve("with-tls"));
        for (Map<String, Set<Scope>> clients :
                List.of(Map.of("localhost", Set.of(Scope.READ)), Map.<String, Set<Scope>>of())) {
            try (RunningService tls = RunningService.start(
                    Files.createDirectory(other.resolve("n" + clients.size())),
                    config -> config.withListen(
                            config.listen().withTls(new ListenConfig.Tls(cert, key, Optional.of(cert), clients))),
                    Optional.of(cert))) {
                var context = dev.lamella.client.PemFiles.context(
                        Optional.of(cert),
                        Optional.of(new dev.lamella.client.ClientConfig.ClientCertificate(cert, key)));
                try (HttpClient http =
                        HttpClient.newBuilder().sslContext(context).build()) {
                    int expected = clients.isEmpty() ? 401 : 200;
                    assertThat(get(http, tls, "/v1/nodes", Optional.empty())).isEqualTo(expected);
                    assertThat(get(http, tls, "/v1/audit", Optional.empty())).isEqualTo(clients.isEmpty() ? 401 : 403);
                    assertThat(get(http, tls, "/v1/nodes", Optional.of("wrong")))
                            .isEqualTo(401);
                }
            }
        }
        service = RunningService.start(Files.createDirectory(directory.resolve("again")));
    }

    private static int get(HttpClient http, RunningService service, String path, Optional<String> token)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(service.base() + path));
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
