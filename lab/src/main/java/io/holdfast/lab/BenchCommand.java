package io.holdfast.lab;

import io.holdfast.cli.Terminal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./holdfast lab bench failover} and {@code management}. */
@Command(
        name = "bench",
        description = "Measures.",
        mixinStandardHelpOptions = true,
        subcommands = {BenchCommand.Failover.class, BenchCommand.ManagementFaults.class})
final class BenchCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        throw new LabException(
                "what shall be measured? There are: ./holdfast lab bench failover --trials 10 and ./holdfast lab bench management --trials 10");
    }

    @Command(
            name = "failover",
            mixinStandardHelpOptions = true,
            description =
                    "How long from a host's power cut to the start of its virtual machines elsewhere, and to their first disk write.")
    static final class Failover implements Callable<Integer> {
        @Mixin
        LabLauncher.Size size = new LabLauncher.Size();

        @Option(names = "--trials", defaultValue = "10", description = "trials of each case (default 10)")
        int trials;

        @Option(names = "--json", paramLabel = "FILE", description = "write the result as JSON")
        @Nullable
        Path json;

        @Option(
                names = "--cases",
                split = ",",
                defaultValue = "bmc,lease-only,agent-killed",
                description = "which cases (default: ${DEFAULT-VALUE})")
        List<String> cases = List.of();

        @Override
        public Integer call() {
            LabOptions options = size.options(true);
            if (trials < 1 || trials > 1000) {
                throw new LabException("--trials " + trials + ": 1 to 1000");
            }
            if (options.hosts() < 2) {
                throw new LabException("--hosts " + options.hosts() + ": a fail-over needs two hosts or more");
            }
            List<FailoverBench.Case> chosen =
                    cases.stream().map(FailoverBench.Case::named).toList();
            Optional<Path> file = Optional.ofNullable(json).map(Path::toAbsolutePath);
            file.ifPresent(DemoCommand::checkWritable);
            return LabLauncher.inside()
                    ? new FailoverBench(options, trials, chosen, Terminal.standard()).run(file)
                    : Instance.launch(size.keep, options.pair());
        }
    }

    @Command(
            name = "management",
            mixinStandardHelpOptions = true,
            description =
                    "How long writes through the virtual address pause when something of a management pair fails.")
    static final class ManagementFaults implements Callable<Integer> {
        @Option(names = "--hosts", defaultValue = "2", description = "hypervisor hosts (default 2)")
        int hosts;

        @Option(names = "--vms", defaultValue = "2", description = "virtual machines (default 2)")
        int vms;

        @Option(names = "--keep", description = "keep the lab's folder (logs, disks) at the end")
        boolean keep;

        @Option(names = "--trials", defaultValue = "10", description = "trials of each fault (default 10)")
        int trials;

        @Option(names = "--json", paramLabel = "FILE", description = "write the result as JSON")
        @Nullable
        Path json;

        @Option(
                names = "--fault",
                split = ",",
                arity = "1..*",
                paramLabel = "NAME",
                description = "which faults (default: all)")
        List<String> faults = List.of();

        @Override
        public Integer call() {
            LabOptions options = new LabOptions(hosts, vms, true, "standard", true);
            if (trials < 1 || trials > 1000) {
                throw new LabException("--trials " + trials + ": 1 to 1000");
            }
            List<ManagementTrouble> chosen = faults.isEmpty()
                    ? ManagementTrouble.all()
                    : faults.stream().map(ManagementTrouble::named).toList();
            Optional<Path> file = Optional.ofNullable(json).map(Path::toAbsolutePath);
            file.ifPresent(DemoCommand::checkWritable);
            return LabLauncher.inside()
                    ? new ManagementBench(options, trials, chosen, Terminal.standard()).run(file)
                    : Instance.launch(keep, true);
        }
    }
}
