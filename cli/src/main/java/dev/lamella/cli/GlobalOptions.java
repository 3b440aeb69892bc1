package dev.lamella.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options every command takes, before or after its name. */
final class GlobalOptions {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The configuration instead of $LAMELLA_CONFIG or /etc/lamella/lamella.toml.")
    private @Nullable Path config;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Print the result as one JSON document on standard output.")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Say nothing but errors and what was asked for.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Say more; twice: debugging messages, and stack traces of errors.")
    private boolean[] verbose = {};

    @Option(names = "--no-progress", scope = ScopeType.INHERIT, description = "Draw no progress bars.")
    private boolean noProgress;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    Optional<Path> config() {
        return Optional.ofNullable(config);
    }

    boolean json() {
        return json;
    }

    boolean quiet() {
        return quiet;
    }

    int verbosity() {
        return verbose.length;
    }

    boolean noProgress() {
        return noProgress;
    }

    boolean help() {
        return help;
    }
}
