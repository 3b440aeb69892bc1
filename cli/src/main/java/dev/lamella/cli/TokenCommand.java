package dev.lamella.cli;

import dev.lamella.client.GeneratorClient;
import dev.lamella.client.NewToken;
import dev.lamella.client.Scope;
import dev.lamella.client.TokenRequest;
import dev.lamella.client.TokenView;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lamella token}. */
@Command(name = "token", description = "Show the generator's tokens; make or end one.")
final class TokenCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "What the token is for, as the audit log shows it.")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--create",
            split = ",",
            paramLabel = "SCOPE",
            description =
                    "Make a token that may submit, read or admin, and print its secret: the only time it is seen.")
    private List<String> create = List.of();

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            description = "After what time the new token ends, as 90d; never if not given.")
    private Optional<String> expires = Optional.empty();

    @Option(names = "--revoke", description = "End the token.")
    private boolean revoke;

    TokenCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        boolean acts = revoke || !create.isEmpty();
        if (acts != name.isPresent() || (revoke && !create.isEmpty()) || (expires.isPresent() && create.isEmpty())) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "expected nothing, or NAME --create SCOPE[,SCOPE] [--expires TIME], or NAME --revoke");
        }
        try (GeneratorClient generator = new GeneratorSettings(session).connect()) {
            if (revoke) {
                generator.revokeToken(name.orElseThrow());
                session.result(Json.object("revoked", name.orElseThrow()), "revoked " + name.orElseThrow());
            } else if (acts) {
                create(generator);
            } else {
                list(generator);
            }
        }
        return ExitCode.OK.number();
    }

    private void create(GeneratorClient generator) throws IOException {
        Optional<Instant> end = expires.isPresent()
                ? Optional.of(Instant.now().plus(TimeSpan.ofOption("--expires", expires.get())))
                : Optional.empty();
        NewToken made = generator.createToken(new TokenRequest(name.orElseThrow(), scopes(), end));
        session.tell("the secret of %s is shown only now".formatted(made.token().name()));
        session.result(Json.object("token", document(made.token()), "secret", made.secret()), made.secret());
    }

    private Set<Scope> scopes() throws CommandException {
        var scopes = EnumSet.noneOf(Scope.class);
        for (String word : create) {
            scopes.add(Words.find(Scope.class, word.strip())
                    .orElseThrow(() -> new CommandException(
                            ExitCode.USAGE, "--create %s: expected submit, read or admin".formatted(word))));
        }
        return scopes;
    }

    private void list(GeneratorClient generator) throws IOException {
        var documents = new ArrayList<Map<String, Object>>();
        var table = new Table("NAME", "SCOPES", "CREATED", "EXPIRES", "LAST USED");
        for (TokenView token : generator.tokens()) {
            documents.add(document(token));
            table.row(
                    token.name(),
                    String.join(",", scopes(token)),
                    token.created().toString(),
                    token.expires().map(Instant::toString).orElse("never"),
                    token.lastUsed().map(Instant::toString).orElse("never"));
        }
        session.result(Json.object("tokens", documents), table.toString());
    }

    private static List<String> scopes(TokenView token) {
        return token.scopes().stream().sorted().map(Words::of).toList();
    }

    private static Map<String, Object> document(TokenView token) {
        return Json.object(
                "name", token.name(),
                "scopes", scopes(token),
                "created", token.created(),
                "expires", token.expires(),
                "lastUsed", token.lastUsed());
    }
}
