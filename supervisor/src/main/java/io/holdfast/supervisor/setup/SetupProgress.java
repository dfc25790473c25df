package io.holdfast.supervisor.setup;

import io.holdfast.supervisor.StatusDocument;
import io.holdfast.supervisor.setup.SetupProblem.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How far a set-up is, as a file of JSON that outlives every process: the manager, which is restarted meanwhile, shows it to people. */
final class SetupProgress {

    /** How the whole stands. */
    enum State {
        RUNNING,
        DONE,
        /** A step failed, and everything is as before. */
        ROLLED_BACK,
        /** A step failed, and not everything could be undone: the text says what stands and what to do. */
        FAILED
    }

    private enum StepState {
        PENDING,
        RUNNING,
        DONE,
        FAILED
    }

    private record Step(StepState state, String at, String detail) {}

    private static final Duration TOUCH_EVERY = Duration.ofSeconds(2);
    private static final Pattern PROCESS = Pattern.compile("\"processId\":\\d+");

    private final Path file;
    private final String operation;
    private final Map<SetupStep, Step> steps = new EnumMap<>(SetupStep.class);
    private final String startedAt = now();
    private State state = State.RUNNING;
    private Mirror mirror = document -> {};
    private long toldNanos;
    private String problem = "";
    private String said = "";

    /** @param operation {@code enable}, {@code disable} or {@code upgrade} */
    SetupProgress(Path folder, String operation, List<SetupStep> steps) {
        this.file = file(folder);
        this.operation = operation;
        steps.forEach(step -> this.steps.put(step, new Step(StepState.PENDING, "", "")));
    }

    /** Where else people may ask for it. */
    interface Mirror {
        void show(String document) throws IOException, InterruptedException;
    }

    /** From now on another node is told too: the manager that answers people changes on the way. One that is silent is passed over. */
    void mirrored(Mirror to) {
        this.mirror = to;
    }

    /** Tells the other node that this process lives, now and then. */
    void touch() throws InterruptedException {
        if (System.nanoTime() - toldNanos > TOUCH_EVERY.toNanos()) {
            tell();
        }
    }

    private void tell() throws InterruptedException {
        toldNanos = System.nanoTime();
        try {
            mirror.show(json());
        } catch (IOException silent) {
            // It is for people only, and is told again.
        }
    }

    /** Keeps what another node has told; its process is not one of this machine. */
    static void mirror(Path folder, String document) throws IOException {
        write(folder, PROCESS.matcher(document).replaceFirst("\"mirrored\":true"));
    }

    static Path file(Path folder) {
        return folder.resolve("progress.json");
    }

    void begin(SetupStep step) throws IOException {
        steps.put(step, new Step(StepState.RUNNING, now(), ""));
        write();
        System.out.println(step.english() + " …");
    }

    void detail(SetupStep step, String detail) throws IOException {
        steps.put(step, new Step(StepState.RUNNING, now(), detail));
        write();
    }

    void done(SetupStep step) throws IOException {
        steps.put(step, new Step(StepState.DONE, now(), detailOf(step)));
        write();
    }

    void failed(SetupStep step, String why) throws IOException {
        steps.put(step, new Step(StepState.FAILED, now(), why));
        write();
        System.out.println(step.english() + ": failed: " + why);
    }

    private String detailOf(SetupStep step) {
        return Objects.requireNonNull(steps.get(step)).detail();
    }

    /** @param what stands now and what to do, for people */
    void end(State outcome, String english, String chinese) throws IOException {
        state = outcome;
        problem = english;
        said = chinese;
        write();
        System.out.println(english);
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private void write() throws IOException {
        write(Objects.requireNonNull(file.getParent()), json());
        try {
            tell();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(Path folder, String document) throws IOException {
        Files.createDirectories(folder);
        Path file = file(folder);
        Path fresh = file.resolveSibling("progress.json.new");
        Files.writeString(fresh, document);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private String json() {
        return "{"
                + String.join(
                        ",",
                        "\"operation\":" + quoted(operation),
                        "\"state\":"
                                + quoted(state.name().toLowerCase(Locale.ROOT).replace('_', '-')),
                        "\"processId\":" + ProcessHandle.current().pid(),
                        "\"startedAt\":" + quoted(startedAt),
                        "\"changedAt\":" + quoted(now()),
                        "\"steps\":"
                                + steps.entrySet().stream()
                                        .map(entry -> step(entry.getKey(), entry.getValue()))
                                        .collect(Collectors.joining(",", "[", "]")),
                        "\"text\":" + (problem.isEmpty() ? "null" : texts(problem, said)))
                + "}\n";
    }

    private static String step(SetupStep step, Step now) {
        return "{\"code\":" + quoted(step.code()) + ",\"text\":" + texts(step.english(), step.chinese()) + ",\"state\":"
                + quoted(now.state().name().toLowerCase(Locale.ROOT)) + ",\"at\":"
                + (now.at().isEmpty() ? "null" : quoted(now.at())) + ",\"detail\":" + quoted(now.detail()) + "}";
    }

    /** What a preview tells. */
    static String preview(List<SetupStep> steps, List<Refusal> refusals) {
        return "{\"steps\":"
                + steps.stream()
                        .map(step -> "{\"code\":" + quoted(step.code()) + ",\"text\":"
                                + texts(step.english(), step.chinese()) + "}")
                        .collect(Collectors.joining(",", "[", "]"))
                + ",\"refusals\":"
                + refusals.stream()
                        .map(refusal -> "{\"code\":" + quoted(refusal.problem().code()) + ",\"text\":"
                                + texts(refusal.english(), refusal.chinese()) + "}")
                        .collect(Collectors.joining(",", "[", "]"))
                + "}";
    }

    private static String texts(String english, String chinese) {
        return "{\"en\":" + quoted(english) + ",\"zh\":" + quoted(chinese) + "}";
    }

    private static String quoted(String text) {
        return StatusDocument.text(text);
    }
}
