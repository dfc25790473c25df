package io.holdfast.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;

/** {@code holdfast host|vm|datastore|cluster|event|failover|alarm|status …}: see {@link ExitCode} for the results. */
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
        CommandLine commandLine = new CommandLine(root)
                .addSubcommand(new StatusCommand(root))
                .addSubcommand(new HostCommands(root))
                .addSubcommand(new VmCommands(root))
                .addSubcommand(new DatastoreCommands(root))
                .addSubcommand(new ClusterCommands(root))
                .addSubcommand(new EventCommands(root))
                .addSubcommand(new FailoverCommands(root))
                .addSubcommand(new AlarmCommands(root));
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
}
