package dev.lamella.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExitCodeExceptionMapper;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code lamella} command. */
@Command(
        name = "lamella",
        description = "Container images published once, verified, and run in place.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Lamella.Version.class,
        sortOptions = false,
        footer = {"", "Configuration: /etc/lamella/lamella.toml. Every command: lamella COMMAND --help."})
public final class Lamella implements Runnable {

    @Mixin
    private final GlobalOptions options = new GlobalOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    @SuppressWarnings("UnusedVariable") // picocli prints the version before anything runs
    private boolean version;

    private Lamella() {}

    /** Names the version that Maven built. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"lamella " + number()};
        }

        static String number() {
            try (InputStream in = Lamella.class.getResourceAsStream("version.txt")) {
                return in == null ? "unknown" : new String(in.readNBytes(100), StandardCharsets.UTF_8).strip();
            } catch (IOException _) {
                return "unknown";
            }
        }
    }

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        var surroundings = new Session.Surroundings(System.out, System.err, System.getenv(), isTerminal());
        int code = Cancellation.run(() -> run(surroundings, arguments));
        System.exit(code);
    }

    /** Whether standard error is a terminal; the launcher looks, since Java cannot. */
    private static boolean isTerminal() {
        return Boolean.getBoolean("lamella.stderr.terminal");
    }

    /** Runs the command in this process. */
    static int run(Session.Surroundings surroundings, String... arguments) {
        CommandLine line = commandLine(surroundings, needed(arguments));
        return line.execute(arguments);
    }

    /** Makes the parser with all commands. */
    static CommandLine commandLine(Session.Surroundings surroundings) {
        return commandLine(surroundings, commands().values());
    }

    private static CommandLine commandLine(
            Session.Surroundings surroundings, Collection<Function<Session, Object>> commands) {
        var root = new Lamella();
        var session = new Session(surroundings, root.options);
        var line = new CommandLine(root);
        for (Function<Session, Object> command : commands) {
            line.addSubcommand(command.apply(session));
        }
        line.setOut(new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8));
        line.setExpandAtFiles(false);
        line.setUsageHelpAutoWidth(false);
        line.setParameterExceptionHandler((e, _) -> misused(session, e));
        IExitCodeExceptionMapper mapper = thrown -> Failure.of(thrown).code().number();
        line.setExitCodeExceptionMapper(mapper);
        line.setExecutionExceptionHandler((e, _, _) -> session.report(e).number());
        return line;
    }

    /** The commands in the order of the help text. */
    private static Map<String, Function<Session, Object>> commands() {
        var commands = new LinkedHashMap<String, Function<Session, Object>>();
        commands.put("publish", PublishCommand::new);
        commands.put("pull", PullCommand::new);
        commands.put("images", ImagesCommand::new);
        commands.put("layers", LayersCommand::new);
        commands.put("inspect", InspectCommand::new);
        commands.put("verify", VerifyCommand::new);
        commands.put("dump", DumpCommand::new);
        commands.put("rm", RmCommand::new);
        commands.put("gc", GcCommand::new);
        commands.put("up", UpCommand::new);
        commands.put("generator", GeneratorCommand::new);
        commands.put("submit", SubmitCommand::new);
        commands.put("jobs", JobsCommand::new);
        commands.put("token", TokenCommand::new);
        commands.put("node", NodeCommand::new);
        commands.put("mirror", MirrorCommand::new);
        commands.put("configure", ConfigureCommand::new);
        commands.put("doctor", DoctorCommand::new);
        commands.put("completion", CompletionCommand::new);
        commands.put("version", VersionCommand::new);
        return commands;
    }

    /** To look at every command's annotations takes longer than most commands do: one that is named first will do alone. */
    private static Collection<Function<Session, Object>> needed(String... arguments) {
        Map<String, Function<Session, Object>> commands = commands();
        String first = arguments.length == 0 ? "" : arguments[0];
        Function<Session, Object> named = first.equals("completion") ? null : commands.get(first);
        return named == null ? commands.values() : List.of(named);
    }

    /** Without a command there is nothing to do but to say how it is used. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int misused(Session session, ParameterException e) {
        CommandLine line = e.getCommandLine();
        String said = String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ");
        session.err()
                .println("lamella: %s; see '%s --help'"
                        .formatted(said, line.getCommandSpec().qualifiedName()));
        return ExitCode.USAGE.number();
    }
}
