package dev.lamella.service;

import dev.lamella.client.AuditEntry;
import dev.lamella.client.CollectionView;
import dev.lamella.client.Listing;
import dev.lamella.client.NewToken;
import dev.lamella.client.NodeReport;
import dev.lamella.client.NodeView;
import dev.lamella.client.Sample;
import dev.lamella.client.Scope;
import dev.lamella.client.StatisticsView;
import dev.lamella.client.TokenRequest;
import dev.lamella.client.TokenView;
import dev.lamella.oci.Printable;
import dev.lamella.service.Route.Description;
import dev.lamella.service.Route.Parameter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Numbers, nodes, tokens, the audit log and the collection of garbage. Thread-safe. */
final class AdminApi {

    private static final String NODE_NAME = "[a-z0-9](?:[a-z0-9.-]{0,98}[a-z0-9])?";

    private final Tokens tokens;
    private final Nodes nodes;
    private final Statistics statistics;
    private final Collection collection;
    private final Audit audit;

    AdminApi(Tokens tokens, Nodes nodes, Statistics statistics, Collection collection, Audit audit) {
        this.tokens = tokens;
        this.nodes = nodes;
        this.statistics = statistics;
        this.collection = collection;
        this.audit = audit;
    }

    List<Route> routes() {
        var read = new Access.Needs(Scope.READ);
        var admin = new Access.Needs(Scope.ADMIN);
        return List.of(
                Route.described(
                        "GET",
                        "/v1/statistics",
                        read,
                        _ -> Answer.of(statistics.now()),
                        Description.of("Shows the store and the queue in numbers.")
                                .gives(StatisticsView.class)),
                Route.described(
                        "GET",
                        "/v1/samples",
                        read,
                        call -> Answer.of(new Listing<>(statistics.samples(hours(call)), Optional.empty())),
                        Description.of("Lists the numbers of the past, the oldest first, for plots.")
                                .with(Parameter.query("hours", "of how many hours, 1 to 720; 24 if not given"))
                                .lists(Sample.class)),
                Route.described(
                        "GET",
                        "/v1/nodes",
                        read,
                        _ -> Answer.of(new Listing<>(nodes.list(), Optional.empty())),
                        Description.of("Lists the nodes that were seen.").lists(NodeView.class)),
                Route.described(
                        "PUT",
                        "/v1/nodes/{name}",
                        new Access.Needs(Scope.SUBMIT),
                        this::report,
                        Description.of("A node says which images it shows.").takes(NodeReport.class)),
                Route.described(
                        "GET",
                        "/v1/audit",
                        admin,
                        call -> Answer.of(audit.list(call.page())),
                        Description.of("Lists who did what, the newest first.")
                                .with(Parameter.LIMIT, Parameter.CURSOR)
                                .lists(AuditEntry.class)),
                Route.described(
                        "GET",
                        "/v1/tokens",
                        admin,
                        _ -> Answer.of(new Listing<>(tokens.list(), Optional.empty())),
                        Description.of("Lists tokens, without their secrets.").lists(TokenView.class)),
                Route.described(
                        "POST",
                        "/v1/tokens",
                        admin,
                        this::createToken,
                        Description.of("Makes a token; its secret is shown this once.")
                                .takes(TokenRequest.class)
                                .gives(201, NewToken.class)),
                Route.described(
                        "DELETE", "/v1/tokens/{name}", admin, this::revokeToken, Description.of("Revokes a token.")),
                Route.described(
                        "POST",
                        "/v1/gc",
                        admin,
                        this::collect,
                        Description.of("Applies retention and removes what no image and no node needs.")
                                .with(Parameter.query("dryRun", "true to only say what would be removed"))
                                .gives(CollectionView.class)));
    }

    private static int hours(Call call) throws ProblemException {
        String hours = call.query("hours").orElse("24");
        int number = hours.matches("[0-9]{1,3}") ? Integer.parseInt(hours) : 0;
        if (number < 1 || number > 720) {
            throw ProblemException.badRequest("hours: \"%s\", expected 1 to 720".formatted(Printable.of(hours)));
        }
        return number;
    }

    private Answer report(Call call) throws ProblemException, IOException {
        String name = call.path("name");
        if (!name.matches(NODE_NAME)) {
            throw ProblemException.badRequest(
                    "\"%s\": expected the name of a host, in lower case, at most 100 characters"
                            .formatted(Printable.of(name)));
        }
        NodeReport report = Bodies.nodeReport(call.json());
        collection.lease(name, report);
        nodes.report(name, report);
        return new Answer.Done();
    }

    private Answer createToken(Call call) throws ProblemException, IOException {
        NewToken token = tokens.create(Bodies.tokenRequest(call.json()));
        audit.accepted(
                call.who().name(),
                "create-token",
                "%s %s".formatted(token.token().name(), token.token().scopes()));
        return new Answer.Json(201, token);
    }

    private Answer revokeToken(Call call) throws ProblemException {
        String name = call.path("name");
        if (!tokens.revoke(name)) {
            throw ProblemException.notFound("there is no token " + Printable.of(name));
        }
        audit.accepted(call.who().name(), "revoke-token", name);
        return new Answer.Done();
    }

    private Answer collect(Call call) throws ProblemException, IOException {
        boolean dryRun = call.flag("dryRun");
        CollectionView view = collection.run(dryRun);
        if (!dryRun) {
            audit.accepted(
                    call.who().name(),
                    "collect-garbage",
                    "%d layers, %d images, %d bytes".formatted(view.layers(), view.images(), view.freedBytes()));
        }
        return Answer.of(view);
    }
}
