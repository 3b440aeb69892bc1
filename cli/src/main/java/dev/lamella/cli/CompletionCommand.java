package dev.lamella.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lamella completion}: the script that shells complete the command line with. */
@Command(
        name = "completion",
        description = "Print the completion script of a shell.",
        footer = {"", "For this shell only:  source <(lamella completion bash)"})
final class CompletionCommand implements Runnable {

    /** The shells there is a script for; one script serves both. */
    enum Shell {
        bash,
        zsh
    }

    private final Session session;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    private Shell shell = Shell.bash;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    CompletionCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        CommandLine root = spec.root().commandLine();
        String load = shell == Shell.zsh ? "autoload -Uz compinit && compinit\n" : "";
        session.raw(load + AutoComplete.bash("lamella", root));
    }
}
