package io.holdfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A scenario file that is not of the form: exit code 2, one line that names the field and what was expected there, nothing is run. */
class ScenarioInputTest {
    private static final Path FORM = Path.of("src/test/resources/form.json");

    /** What the form marks with "?", and the fields of events and rules that need not be there; without list indices. */
    private static final Set<String> OPTIONAL = Set.of(
            "settings.autoBalance",
            "hosts.cpuCores",
            "hosts.memBytes",
            "vms.size",
            "vms.load",
            "vms.behaviour",
            "vms.behaviour.startFailsFirstN",
            "vms.behaviour.moveFailsFirstN",
            "vms.behaviour.stopNeverSucceeds",
            "vms.behaviour.startAndMoveFailuresOnlyOnHost",
            "rules.disabled",
            "rules.hostPriority.a",
            "initialManagerState.lastActiveManager",
            "initialManagerState.hostView",
            "initialManagerState.hostView.a",
            "initialManagerState.vmState",
            "initialManagerState.vmState.vm:1",
            "initialManagerState.vmState.vm:1.host",
            "sizesOfVmsRegisteredLater.vm:9",
            "events.agent-restart.host",
            "events.vm-load.cpuCores",
            "events.vm-load.memMiB",
            "events.vm-size.cpuCores",
            "events.vm-size.memMiB",
            "events.vm-lock.lock",
            "expect",
            "expect.endTime",
            "expect.fencing",
            "expect.fencing.faultAt",
            "expect.fencing.hostWasActiveManager",
            "expect.recoveries",
            "expect.recoveries.faultAt",
            "expect.recoveries.hostWasActiveManager");
    /** In place of a value of another kind. */
    private static final List<Object> WRONG =
            List.of(-1.5, 1e300, "teapot", "", true, Map.of(), List.of(), Map.of("a", 1.0), List.of(1.0));

    @TempDir
    Path directory;

    private final Set<String> seen = new HashSet<>();
    private int tried;

    @Test
    void eachFieldThatIsMissingOrOfAWrongTypeIsNamed() throws IOException {
        mutate(form(), new ArrayList<>(), "", "");
        assertThat(tried).as("mutations").isGreaterThan(700);
    }

    private static Map<?, ?> form() throws IOException {
        return map(Json.parse(Files.readString(FORM, StandardCharsets.UTF_8)));
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return (Map<?, ?>) Objects.requireNonNull(value);
    }

    /**
     * @param steps keys and indices down to {@code value}
     * @param path the same as the error must name it
     * @param shape the same without indices, and with an event's type
     */
    private void mutate(@Nullable Object value, List<Object> steps, String path, String shape) throws IOException {
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                String key = (String) entry.getKey();
                String below = path.isEmpty() ? key : path + "." + key;
                String name = shape.isEmpty() ? key : shape + "." + key;
                List<Object> deeper = with(steps, key);
                if (seen.add(name)) {
                    each(entry.getValue(), deeper, below, name.replaceFirst("^scenarios\\.", ""));
                }
                mutate(entry.getValue(), deeper, below, name);
            }
        } else if (value instanceof List<?> list) {
            for (int index = 0; index < list.size(); index++) {
                boolean event = shape.endsWith("events");
                String name = event ? shape + "." + map(list.get(index)).get("type") : shape;
                String below = path + "[" + index + "]";
                if (list.get(index) instanceof String && seen.add(name + " element")) {
                    each(list.get(index), with(steps, index), below, name + " element");
                }
                mutate(list.get(index), with(steps, index), below, name);
            }
        }
    }

    private static List<Object> with(List<Object> steps, Object step) {
        List<Object> result = new ArrayList<>(steps);
        result.add(step);
        return result;
    }

    private void each(@Nullable Object value, List<Object> steps, String path, String shape) throws IOException {
        if (!OPTIONAL.contains(shape)) {
            refused(replaced(form(), steps, 0, null), path);
        }
        for (Object wrong : WRONG) {
            boolean sameKind = value != null
                    && (value.getClass() == wrong.getClass()
                            || (value instanceof Map && wrong instanceof Map)
                            || (value instanceof List && wrong instanceof List));
            if (!sameKind) {
                refused(replaced(form(), steps, 0, wrong), path);
            }
        }
        if (value instanceof Double) {
            refused(replaced(form(), steps, 0, -1.5), path);
            refused(replaced(form(), steps, 0, 1e300), path);
        }
    }

    private static Object replaced(
            @Nullable Object value, List<Object> steps, int depth, @Nullable Object replacement) {
        Object step = steps.get(depth);
        boolean last = depth == steps.size() - 1;
        if (step instanceof Integer index) {
            List<Object> copy = new ArrayList<>((List<?>) Objects.requireNonNull(value));
            copy.set(index, last ? replacement : replaced(copy.get(index), steps, depth + 1, replacement));
            return copy;
        }
        Map<Object, Object> copy = new LinkedHashMap<>(map(value));
        if (last && replacement == null) {
            copy.remove(step);
        } else if (last) {
            copy.put(step, replacement);
        } else {
            copy.put(step, replaced(copy.get(step), steps, depth + 1, replacement));
        }
        return copy;
    }

    private void refused(Object document, String path) throws IOException {
        String json = Json.write(document);
        String error = refused(json);
        assertThat(error).as(json).startsWith("holdfast simulate: " + path).contains(": expected ", ", found ");
        tried++;
    }

    /** What it says of a file that it refuses. */
    private String refused(String json) throws IOException {
        Path file = directory.resolve("wrong.json");
        Files.writeString(file, json, StandardCharsets.UTF_8);
        Path out = directory.resolve("none.json");
        Said said = simulate("--scenarios", file.toString(), "--out", out.toString());
        assertThat(said.code()).as(json).isEqualTo(2);
        assertThat(said.out()).isEmpty();
        assertThat(said.err().strip()).hasLineCount(1);
        assertThat(out).doesNotExist();
        return said.err();
    }

    private record Said(int code, String out, String err) {}

    private static Said simulate(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"fewest-vms\"|\"prettiest\"|scenarios[0].settings.placementScore: expected one of fewest-vms, configured-size, runtime-load",
                "\"maxRestart\": 1|\"maxRestart\": 0.5|scenarios[0].vms[0].maxRestart: expected a whole number",
                "\"type\": \"ha-resume\"|\"type\": \"host-dance\"|scenarios[0].events[13].type: expected one of the events agent-restart, ha-pause",
                "\"host\": \"a\", \"value\"|\"host\": \"z\", \"value\"|scenarios[0].events[0].host: expected one of the hosts [a, b, c], found \"z\"",
                "\"id\": \"vm:2\"|\"id\": \"vm:1\"|scenarios[0].vms[1].id: expected an id that no other VM has",
                "\"id\": \"b\"|\"id\": \"a\"|scenarios[0].hosts: expected 1 to 250 hosts, each id once",
                "\"id\": \"r2\"|\"id\": \"r1\"|scenarios[0].rules[1].id: expected an id that no other rule has",
                "\"id\": \"second\"|\"id\": \"every-field\"|scenarios[1].id: expected an id that no other scenario has",
                "neutral-ha-scenarios/1|other/9|schema: expected one of neutral-ha-scenarios/1",
                "\"t\": 20|\"t\": 1e400|line",
                "\"t\": 20|\"t\": 20, \"t\": 21|line",
                "\"every-field\"|\"every\\u00g0field\"|line",
            })
    void aValueThatIsNotOfTheFormIsNamed(String from, String to, String error) throws IOException {
        String text = Files.readString(FORM, StandardCharsets.UTF_8);
        int at = text.indexOf(from);
        assertThat(refused(text.substring(0, at) + to + text.substring(at + from.length())))
                .startsWith("holdfast simulate: " + error);
    }

    @Test
    void textThatIsNoDocumentIsNamed() throws IOException {
        for (String text :
                Arrays.asList("", "{", "[1,2]", "null", "{\"schema\":\"\\u12", "[".repeat(100_000), "{} {}")) {
            assertThat(refused(text)).contains(": expected ");
        }
    }

    @Test
    void filesThatCannotBeReadOrWrittenAreNamedBeforeAnythingRuns() throws IOException {
        Path none = directory.resolve("absent").resolve("file.json");
        Said unread = simulate(
                "--scenarios", none.toString(), "--out", directory.resolve("x").toString());
        assertThat(unread.code()).isEqualTo(2);
        assertThat(unread.err()).contains("there is no file " + none);
        Said unwritten = simulate("--scenarios", FORM.toString(), "--out", none.toString());
        assertThat(unwritten.code()).isEqualTo(2);
        assertThat(unwritten.err()).contains(none + " cannot be written");
        assertThat(unwritten.out()).isEmpty();
        Path binary = directory.resolve("binary.json");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThat(simulate(
                                "--scenarios",
                                binary.toString(),
                                "--out",
                                directory.resolve("x").toString())
                        .err())
                .contains("not text in UTF-8");
    }

    @Test
    void whatTheFormDoesNotAskForMayBeAbsentAndAListMayBeEmpty() throws IOException {
        Path out = directory.resolve("results.json");
        Said every = simulate("--scenarios", FORM.toString(), "--out", out.toString());
        assertThat(every.code()).as(every.err()).isZero();
        assertThat(map(Json.parse(Files.readString(out, StandardCharsets.UTF_8)))
                        .keySet())
                .map(String::valueOf)
                .containsExactly("every-field", "every-field#manager-killed", "second");
        Path empty = directory.resolve("empty.json");
        Files.writeString(empty, "{\"schema\": \"neutral-ha-scenarios/1\", \"scenarios\": []}", StandardCharsets.UTF_8);
        assertThat(simulate("--scenarios", empty.toString(), "--out", out.toString())
                        .code())
                .isZero();
        assertThat(out).hasContent("{}");
    }
}
