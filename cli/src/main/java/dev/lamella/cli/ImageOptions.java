package dev.lamella.cli;

import dev.lamella.generator.PublishOptions;
import dev.lamella.oci.Credentials;
import dev.lamella.oci.Platform;
import java.io.Console;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code publish} and {@code pull} have in common: which images, for what, and who asks. */
final class ImageOptions {

    @Parameters(
            arity = "1..*",
            paramLabel = "IMAGE",
            description = "References as container engines take them: debian:12, quay.io/x/y@sha256:...")
    private List<String> images = List.of();

    @Option(
            names = "--platform",
            paramLabel = "OS/ARCH[/VARIANT]",
            description = "The image to take from an index; default: this machine's.")
    private Optional<String> platform = Optional.empty();

    @Option(
            names = "--credentials",
            paramLabel = "USER[:PASSWORD]",
            description = "Instead of what auth.json says. Without a password, it is asked for.")
    private Optional<String> credentials = Optional.empty();

    List<String> images() {
        return images;
    }

    PublishOptions publishOptions(Session session) throws IOException {
        return new PublishOptions(
                platform.isPresent() ? Platform.parse(platform.get()) : session.platform(),
                credentials.isPresent() ? Optional.of(password(credentials.get())) : Optional.empty());
    }

    private static Credentials password(String given) throws CommandException {
        int colon = given.indexOf(':');
        if (colon > 0) {
            return new Credentials.Password(given.substring(0, colon), given.substring(colon + 1));
        }
        Console console = Objects.requireNonNull(System.console());
        boolean asks = console.isTerminal() && colon != 0;
        char[] typed = asks ? console.readPassword("Password of %s: ", given) : null;
        if (typed == null) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--credentials: expected USER:PASSWORD, as there is no terminal to ask for a password");
        }
        return new Credentials.Password(given, new String(typed));
    }
}
