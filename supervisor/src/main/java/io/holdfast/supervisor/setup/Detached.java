package io.holdfast.supervisor.setup;

import io.holdfast.supervisor.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts this program anew so that it outlives whoever asked for it, the services that it will end included: under systemd as a unit of its own
 * (or it would die with theirs), elsewhere as a child of the first process.
 */
final class Detached {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Detached() {}

    /**
     * Returns when it's started.
     *
     * @param unit name of the unit; a second one of that name is refused while the first runs
     */
    static void start(String unit, Path log, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        boolean systemd = Files.isDirectory(Path.of("/run/systemd/system"));
        if (systemd) {
            command.addAll(List.of("systemd-run", "--quiet", "--collect", "--unit=" + unit));
        } else {
            command.addAll(
                    List.of("setsid", "--fork", "sh", "-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", log.toString()));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.holdfast.supervisor.SupervisorMain"));
        command.addAll(arguments);
        Programs.check(LIMIT, command);
    }
}
