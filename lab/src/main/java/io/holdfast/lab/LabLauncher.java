package io.holdfast.lab;

import io.holdfast.cli.Terminal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code ./holdfast demo} and {@code ./holdfast lab …}. Started in the machine's own namespaces it makes the lab's ({@link
 * Instance}) and starts itself again inside; there it does the work.
 *
 * <p>Exit codes: 0 done and all well; 1 done, but something that must hold does not, or the lab can't be made; 2 wrong
 * arguments; 130 ended by Ctrl-C.
 */
@Command(
        name = "lab",
        description = "Real hypervisor hosts on this machine, and faults.",
        subcommands = {
            LabLauncher.Up.class,
            DemoCommand.class,
            BenchCommand.class,
            LabLauncher.FaultCommand.class,
            LabLauncher.StatusCommand.class,
            LabLauncher.Down.class,
            CommandLine.HelpCommand.class
        })
public final class LabLauncher {

    private LabLauncher() {}

    /** Started by the launcher. */
    public static void main(String[] arguments) {
        CommandLine commands = new CommandLine(new LabLauncher())
                .setCommandName("holdfast lab")
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (!(failure instanceof LabException)) {
                        failure.printStackTrace();
                    }
                    System.err.println("holdfast: " + failure.getMessage());
                    return 1;
                });
        if (arguments.length == 0) {
            commands.usage(System.out);
            System.exit(2);
        }
        Instance.arguments(arguments);
        System.exit(commands.execute(arguments));
    }

    /** True in the lab's own namespaces. */
    static boolean inside() {
        return Boolean.getBoolean("holdfast.lab.inside");
    }

    /** The options that every command which builds a lab has. */
    static final class Size {
        @Option(names = "--hosts", defaultValue = "3", description = "hypervisor hosts (default 3)")
        int hosts;

        @Option(names = "--vms", defaultValue = "6", description = "virtual machines (default 6)")
        int vms;

        @Option(
                names = "--profile",
                defaultValue = "standard",
                description = "lease profile: standard (expiry 15 s) or fast (8 s)")
        String profile = "standard";

        @Option(
                names = "--management",
                defaultValue = LabOptions.SINGLE,
                description = "single: one manager; pair: two nodes and an arbiter, with the real database")
        String management = LabOptions.SINGLE;

        @Option(names = "--keep", description = "keep the lab's folder (logs, disks) at the end")
        boolean keep;

        LabOptions options(boolean bmc) {
            return new LabOptions(hosts, vms, bmc, profile).with(management);
        }
    }

    @Command(
            name = "up",
            mixinStandardHelpOptions = true,
            description = "Builds a cluster and keeps it until Ctrl-C, for faults from another terminal.")
    static final class Up implements Callable<Integer> {
        @Mixin
        Size size = new Size();

        @Option(names = "--no-bmc", description = "no BMCs in the inventory: the lease is the only proof")
        boolean noBmc;

        @Option(names = "--bare", description = "hosts, storage and networks only: no manager, no agents")
        boolean bare;

        @Override
        public Integer call() {
            LabOptions options = size.options(!noBmc);
            return inside()
                    ? Session.up(options, bare, Terminal.standard())
                    : Instance.launch(size.keep, options.pair());
        }
    }

    @Command(
            name = "fault",
            mixinStandardHelpOptions = true,
            description = "Does a fault to the running lab.",
            footer = {"", "Faults: see ./holdfast lab fault help"})
    static final class FaultCommand implements Callable<Integer> {
        @Parameters(arity = "1..3", paramLabel = "NAME [NETWORK] [HOST]", description = "for example: power-cut host1")
        List<String> words = List.of();

        @Override
        public Integer call() {
            if (words.equals(List.of("help"))) {
                for (Fault fault : Fault.values()) {
                    System.out.printf("  %-26s %s%n", fault.usage(), fault.meaning());
                }
                return 0;
            }
            Fault.Call call = Fault.Call.parse(words, Optional.empty());
            System.out.println(Instance.askRunning("fault " + call));
            return 0;
        }
    }

    @Command(name = "status", mixinStandardHelpOptions = true, description = "What runs in the lab.")
    static final class StatusCommand implements Callable<Integer> {
        @Override
        public Integer call() {
            System.out.println(Instance.askRunning("status"));
            return 0;
        }
    }

    @Command(name = "down", mixinStandardHelpOptions = true, description = "Ends the running lab.")
    static final class Down implements Callable<Integer> {
        @Override
        public Integer call() {
            System.out.println(Instance.askRunning("down"));
            return 0;
        }
    }
}
