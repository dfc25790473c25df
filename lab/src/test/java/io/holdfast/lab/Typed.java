package io.holdfast.lab;

import io.holdfast.cli.Main;
import io.holdfast.cli.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/** What a person types at machines that are being set up as management nodes, and what can be read there. */
final class Typed {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Typed() {}

    /** A command's exit code and what it printed. */
    record Said(int code, String out, String err) {
        String all() {
            return out + err;
        }
    }

    /** {@code holdfast} with these arguments against the manager at that address; the log of the test shows both. */
    static Said cli(String server, String... arguments) {
        long began = System.nanoTime();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        String url = "http://" + server + ":" + ManagerNode.REST_PORT;
        int code = Main.run(
                Terminal.plain(printed),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                name -> name.equals("HOLDFAST_SERVER") ? url : "",
                arguments);
        Said said = new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        System.out.println(
                "$ holdfast " + String.join(" ", arguments) + "\n" + said.all().stripTrailing());
        say("  answered", began);
        return said;
    }

    /** What REST answers there; empty when it doesn't within a second, or with an error. */
    static String get(String server, String path) {
        try {
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(
                                    URI.create("http://" + server + ":" + ManagerNode.REST_PORT + "/api/v1" + path))
                            .timeout(Duration.ofSeconds(1))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? answer.body() : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** A file's text; empty when it can't be read. */
    static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** Puts a file, named from the root on, on the disk of a machine that has never run. */
    static void put(ManagementMachine machine, String name, String content) {
        Path file = machine.folder().resolve("install/" + name);
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
        } catch (IOException e) {
            throw new LabException(file + " can't be made", e);
        }
        LabHost.write(file, content);
    }

    /** Puts a script of the lab where its machines look for it. */
    static void script(String name) {
        try (InputStream in = Objects.requireNonNull(Lab.class.getResourceAsStream("host/" + name))) {
            LabHost.write(LabPaths.INSIDE.bin().resolve(name), new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new LabException(name + " can't be read", e);
        }
    }

    /** How long that took, for the log of the test. */
    static void say(String what, long sinceNanos) {
        System.out.printf("%s: %.1f s%n", what, (System.nanoTime() - sinceNanos) / 1e9);
    }
}
