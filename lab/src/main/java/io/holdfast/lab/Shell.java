package io.holdfast.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the machine's programs. */
final class Shell {

    private static final long LIMIT_SECONDS = 60;

    private Shell() {}

    /** Runs a program to its end and returns what it printed. @throws LabException when it ends with another code than 0 */
    static String run(String... command) {
        return feed("", List.of(command));
    }

    /** The same, with a text as its standard input. */
    static String feed(String input, List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException closed) {
                // The program has ended without reading its input; its exit code tells.
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new LabException(
                        "'" + String.join(" ", command) + "' has not ended after " + LIMIT_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new LabException("'" + String.join(" ", command) + "' failed with exit code "
                        + process.exitValue() + ": " + output.strip()
                        + (input.isEmpty() ? "" : " (input: " + input.strip().replace('\n', ';') + ")"));
            }
            return output;
        } catch (IOException e) {
            throw new LabException(
                    "'" + command.getFirst() + "' can't be started: " + e.getMessage()
                            + "; is its package installed? (packaging/debian-packages.txt)",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while '" + String.join(" ", command) + "' ran", e);
        }
    }

    /** Starts a program in the background with its output appended to a file and without input. */
    static Process start(Path log, List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
        } catch (IOException e) {
            throw new LabException("'" + command.getFirst() + "' can't be started: " + e.getMessage(), e);
        }
    }
}
