package io.holdfast.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;

/** {@code holdfast host|vm|datastore|cluster|event|failover|alarm|ha|status …}: see {@link ExitCode} for the results. */
public final class Main {

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        Environment environment = name -> Objects.requireNonNullElse(System.getenv(name), "");
        System.exit(run(Terminal.standard(), err, environment, arguments));
    }

    /** Runs one command; its exit code. Nothing is kept between calls. */
    public static int run(Terminal terminal, PrintStream err, Environment environment, String... arguments) {
        Holdfast root = new Holdfast(terminal, environment);
        CommandLine commandLine = new CommandLine(root);
        addSubcommands(commandLine, root, arguments);
        Failures failures = new Failures(root, err);
        return commandLine
                .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setColorScheme(new ColorScheme.Builder(terminal.colour() ? Ansi.ON : Ansi.OFF).build())
                .setUsageHelpAutoWidth(false)
                .setParameterExceptionHandler(failures::wrongUsage)
                .setExecutionExceptionHandler((failure, command, parsed) -> failures.failed(failure))
                .execute(arguments);
    }

    /**
     * Adds the subcommand that the arguments name, or all of them where they name none (help, a wrong name). Reading
     * the options of all by reflection would take half of the start.
     */
    private static void addSubcommands(CommandLine commandLine, Holdfast root, String... arguments) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("status", () -> new StatusCommand(root));
        commands.put("host", () -> new HostCommands(root));
        commands.put("vm", () -> new VmCommands(root));
        commands.put("datastore", () -> new DatastoreCommands(root));
        commands.put("cluster", () -> new ClusterCommands(root));
        commands.put("policy", () -> new PolicyCommands(root));
        commands.put("rule", () -> new RuleCommands(root));
        commands.put("event", () -> new EventCommands(root));
        commands.put("failover", () -> new FailoverCommands(root));
        commands.put("alarm", () -> new AlarmCommands(root));
        commands.put("ha", () -> new HaCommands(root));
        commands.put("arbiter", () -> new ArbiterCommands(root));
        Supplier<Object> named = arguments.length == 0 ? null : commands.get(arguments[0]);
        if (named != null) {
            commandLine.addSubcommand(named.get());
        } else {
            commands.values().forEach(command -> commandLine.addSubcommand(command.get()));
        }
    }
}
