package io.holdfast.supervisor;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs other programs, each with a time limit. */
public final class Programs {

    /** What a program said, standard error included. */
    public record Result(int code, String output) {}

    private Programs() {}

    /** @throws IOException when it can't be started or doesn't end in time; it's then ended by force */
    public static Result run(Duration timeLimit, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("holdfast-supervisor", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(timeLimit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new IOException(
                        "'" + String.join(" ", command) + "' didn't end within " + timeLimit.toSeconds() + " s");
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** As {@link #run}, and a code other than 0 is an error too. */
    public static String check(Duration timeLimit, List<String> command) throws IOException, InterruptedException {
        Result result = run(timeLimit, command);
        if (result.code() != 0) {
            throw new IOException("'" + String.join(" ", command) + "' ended with code " + result.code() + ": "
                    + result.output().strip());
        }
        return result.output();
    }
}
