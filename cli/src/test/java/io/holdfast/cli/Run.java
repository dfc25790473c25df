package io.holdfast.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One run of the CLI in this process, and what came out of it. */
record Run(int exitCode, String out, String err) {

    /** Runs a command line (words parted by blanks) against the server. */
    static Run of(RecordedServer server, String commandLine) {
        return with(Map.of("HOLDFAST_SERVER", server.url()), commandLine.split(" "));
    }

    static Run with(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Main.run(
                Terminal.plain(new PrintStream(out, true, StandardCharsets.UTF_8)),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                name -> environment.getOrDefault(name, ""),
                arguments);
        return new Run(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The output's lines with runs of blanks as one, so that a test reads as words. */
    List<String> words() {
        List<String> lines = new ArrayList<>();
        out.lines().forEach(line -> lines.add(line.strip().replaceAll(" +", " ")));
        return lines;
    }
}
