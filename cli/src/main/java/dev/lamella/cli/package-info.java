/**
 * The {@code lamella} command: arguments, configuration, output and exit codes.
 *
 * <p>Each command is one class; what it does is done by the modules below. Standard output carries results (with {@code --json}
 * exactly one JSON document), standard error everything else. {@link dev.lamella.cli.Failure} is the one place that turns
 * exceptions into a message of one line and an {@link dev.lamella.cli.ExitCode}. A {@link dev.lamella.cli.Session} may be used by
 * one thread. The commands are described in {@code docs/cli.md}, the configuration in {@code docs/configuration.md}.
 */
@NullMarked
package dev.lamella.cli;

import org.jspecify.annotations.NullMarked;
