package io.holdfast.lab;

import io.holdfast.cli.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./holdfast demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Builds a cluster, cuts one host's power, and shows how its virtual machines come back.")
final class DemoCommand implements Callable<Integer> {
    @Mixin
    LabLauncher.Size size = new LabLauncher.Size();

    @Option(names = "--once", description = "end after the summary; exit code 0 only if all went well")
    boolean once;

    @Option(names = "--report", paramLabel = "FILE", description = "write the result as JSON")
    @Nullable
    Path report;

    @Option(
            names = "--fault",
            defaultValue = "power-cut",
            paramLabel = "NAME",
            description = "another fault (see ./holdfast lab fault help); done to host1 unless it names a host")
    String fault = "power-cut";

    @Option(names = "--no-bmc", description = "no BMCs: the lease is the only proof")
    boolean noBmc;

    @Override
    public Integer call() {
        LabOptions options = size.options(!noBmc);
        Fault.Call call = Fault.Call.parse(List.of(fault), Optional.of("host1"));
        checkHost(call, options);
        Optional<Path> file = Optional.ofNullable(report).map(Path::toAbsolutePath);
        file.ifPresent(DemoCommand::checkWritable);
        return LabLauncher.inside()
                ? new Demo(options, call, once, file, Terminal.standard()).run()
                : Instance.launch(size.keep, options.pair());
    }

    private static void checkHost(Fault.Call call, LabOptions options) {
        call.host().ifPresent(host -> {
            if (!host.matches("host[1-9]") || host.charAt(4) - '0' > options.hosts()) {
                throw new LabException("--fault " + call + ": there is no '" + host + "'; the hosts are host1 to host"
                        + options.hosts());
            }
        });
    }

    static void checkWritable(Path file) {
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
            throw new LabException("" + file + ": the file can't be written; name one in a folder that exists");
        }
    }
}
