package dev.lamella.service;

import dev.lamella.client.Scope;
import dev.lamella.filetree.ByteString;
import dev.lamella.service.Route.Description;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** How the service is: for those who watch it. Thread-safe. */
final class OperationsApi {

    private static final String HEALTH = "/healthz";
    private static final String READINESS = "/readyz";
    private static final String METRICS = "/metrics";

    /** The paths of those who watch. */
    static final Set<String> PATHS = Set.of(HEALTH, READINESS, METRICS);

    private static final Map<String, String> TEXT = Map.of("Content-Type", "text/plain; charset=utf-8");
    private static final Map<String, String> PROMETHEUS =
            Map.of("Content-Type", "text/plain; version=0.0.4; charset=utf-8");

    private final ServiceMetrics metrics;
    private final Catalogue catalogue;
    private final BooleanSupplier databaseThere;

    OperationsApi(ServiceMetrics metrics, Catalogue catalogue, BooleanSupplier databaseThere) {
        this.metrics = metrics;
        this.catalogue = catalogue;
        this.databaseThere = databaseThere;
    }

    List<Route> routes() {
        return List.of(
                Route.described(
                        "GET",
                        HEALTH,
                        Access.OPEN,
                        _ -> new Answer.Text(200, TEXT, "ok\n"),
                        Description.of("Answers 200 while the process works.").gives(String.class)),
                Route.described(
                        "GET",
                        READINESS,
                        Access.OPEN,
                        _ -> ready(),
                        Description.of("Answers 200 if the database answers and the store has been read.")
                                .gives(String.class)),
                Route.described(
                        "GET",
                        METRICS,
                        new Access.Needs(Scope.READ),
                        _ -> new Answer.Text(200, PROMETHEUS, metrics.scrape()),
                        Description.of("Shows numbers in the text format of Prometheus.")
                                .gives(String.class)));
    }

    /** Returns the route of the API's description, which describes itself, too. */
    static Route description(List<Route> others, String version) {
        var description = Description.of("Describes the API.").gives(String.class);
        var itself = Route.described("GET", "/v1/openapi.json", Access.OPEN, _ -> new Answer.Done(), description);
        var all = new ArrayList<>(others);
        all.add(itself);
        ByteString document = ByteString.of(OpenApi.describe(all, version));
        return new Route(
                itself.method(),
                itself.path(),
                itself.access(),
                _ -> new Answer.File(Map.of("Content-Type", "application/json"), document),
                Optional.of(description));
    }

    private Answer ready() throws ProblemException {
        if (!databaseThere.getAsBoolean()) {
            throw new ProblemException(ProblemKind.UNAVAILABLE, "the database of the queue does not answer");
        }
        CatalogueView _ = catalogue.require();
        return new Answer.Text(200, TEXT, "ready\n");
    }
}
