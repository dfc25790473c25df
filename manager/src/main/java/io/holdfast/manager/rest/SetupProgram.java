package io.holdfast.manager.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * The supervisor's program, which makes a pair and takes it apart: a process of its own, since this manager is stopped and started meanwhile. How far
 * it is stands in a file that it writes.
 */
public final class SetupProgram {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIME_LIMIT = Duration.ofSeconds(50);
    private static final Duration MIRROR_SILENCE = Duration.ofSeconds(90);
    private static final int REFUSED = 4;

    private final List<String> program;
    private final Path state;

    /** @param state where it writes; the same directory as in the supervisor's {@code node.properties} */
    public SetupProgram(List<String> program, Path state) {
        this.program = List.copyOf(program);
        this.state = state;
    }

    /** It could not be run, or failed; the text says why. */
    static final class SetupFailedException extends Exception {
        SetupFailedException(String message) {
            super(message);
        }
    }

    /** What would be done, and what speaks against it. */
    JsonNode preview(Map<String, String> request) throws SetupFailedException {
        Path file = write(request);
        try {
            return planned("preview", "--request", file.toString());
        } finally {
            delete(file);
        }
    }

    private JsonNode planned(String... arguments) throws SetupFailedException {
        try {
            Said said = run(arguments);
            if (said.code() != 0 && said.code() != REFUSED) {
                throw new SetupFailedException(said.text());
            }
            return JSON.readTree(said.lastLine());
        } catch (JsonProcessingException noJson) {
            throw new SetupFailedException("its answer is not understood: " + noJson.getOriginalMessage());
        }
    }

    /** What an upgrade to the version in that archive would do, and what speaks against it. */
    JsonNode previewUpgrade(String archive) throws SetupFailedException {
        return planned("upgrade-preview", "--archive", archive);
    }

    /** Begins to upgrade both nodes; returns while it goes on. */
    void upgrade(String archive) throws SetupFailedException {
        begin("upgrade", "--archive", archive, "--detach");
    }

    /** Begins; returns while it goes on. It removes the file with the codes itself. */
    void enable(Map<String, String> request) throws SetupFailedException {
        begin("enable", "--request", write(request).toString(), "--detach");
    }

    /** Begins to go back to this node alone; returns while it goes on. */
    void disable(boolean withoutPeer) throws SetupFailedException {
        if (withoutPeer) {
            begin("disable", "--without-peer", "--detach");
        } else {
            begin("disable", "--detach");
        }
    }

    private void begin(String... arguments) throws SetupFailedException {
        if (running()) {
            throw new SetupFailedException("another set-up runs on this node");
        }
        Said said = run(arguments);
        if (said.code() != 0) {
            throw new SetupFailedException(said.text());
        }
    }

    /** Whether a set-up runs on this node; false also when its process has died. */
    public boolean running() {
        return progress().path("state").asText().equals("running");
    }

    /** How far the last set-up of this node is, or null when there was none. One whose process has died is {@code interrupted}. */
    JsonNode progress() {
        try {
            Path file = state.resolve("progress.json");
            JsonNode document = JSON.readTree(Files.readString(file));
            if (document instanceof ObjectNode object
                    && object.path("state").asText().equals("running")
                    && !goesOn(object, file)) {
                object.put("state", "interrupted");
            }
            return document;
        } catch (IOException none) {
            return NullNode.getInstance();
        }
    }

    /** The other node's process tells again and again that it lives. */
    private static boolean goesOn(ObjectNode document, Path file) throws IOException {
        if (document.path("mirrored").asBoolean()) {
            long age =
                    System.currentTimeMillis() - Files.getLastModifiedTime(file).toMillis();
            return age < MIRROR_SILENCE.toMillis();
        }
        return ProcessHandle.of(document.path("processId").asLong())
                .filter(ProcessHandle::isAlive)
                .isPresent();
    }

    private Path write(Map<String, String> request) throws SetupFailedException {
        try {
            Files.createDirectories(state);
            Path file = Files.createTempFile(
                    state,
                    "request",
                    ".properties",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Properties properties = new Properties();
            properties.putAll(request);
            StringWriter text = new StringWriter();
            properties.store(text, null);
            Files.writeString(file, text.toString());
            return file;
        } catch (IOException failure) {
            throw new SetupFailedException("the folder " + state + " can't be written (" + failure.getMessage()
                    + "); the manager must run as root");
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException stays) {
            file.toFile().deleteOnExit();
        }
    }

    private record Said(int code, String text) {
        String lastLine() {
            return text.lines().reduce("", (before, line) -> line);
        }
    }

    private Said run(String... arguments) throws SetupFailedException {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile("holdfast-setup", ".out");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectInput(new File("/dev/null"))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
                if (!process.waitFor(TIME_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new SetupFailedException("it gave no answer within " + TIME_LIMIT.toSeconds() + " s");
                }
                return new Said(
                        process.exitValue(),
                        Files.readString(output, StandardCharsets.UTF_8).strip());
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException failure) {
            throw new SetupFailedException("it can't be started (" + failure.getMessage()
                    + "); install the supervisor, or set supervisor.program in manager.properties");
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new SetupFailedException("this manager is stopping");
        }
    }
}
