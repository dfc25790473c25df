package io.holdfast.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.holdfast.cli.Progress;
import io.holdfast.cli.Style;
import io.holdfast.cli.Table;
import io.holdfast.cli.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Measures fail-overs, each trial a fault to the host that runs most VMs. A trial counts with its slowest VM. The host is
 * switched on again after each trial; being empty then, it is where the next trial's VMs go.
 */
final class FailoverBench {

    private static final long AGENT_BACK_LIMIT_MILLIS = 15_000;

    private final LabOptions options;
    private final int trials;
    private final List<Case> cases;
    private final Terminal terminal;
    private final Map<Case, Figures> figures = new LinkedHashMap<>();

    /** What is measured. */
    enum Case {
        /** A power cut; the BMC answers. */
        BMC,
        /** A power cut that takes the BMC with it. */
        LEASE_ONLY,
        /** SIGKILL to the agent of a healthy host. */
        AGENT_KILLED;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Case named(String word) {
            return Arrays.stream(values())
                    .filter(one -> one.word().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new LabException("--cases " + word + ": there are: "
                            + Arrays.stream(values()).map(Case::word).collect(Collectors.joining(", "))));
        }
    }

    private static final class Figures {
        private final List<Long> cutToStart = new ArrayList<>();
        private final List<Long> cutToGuest = new ArrayList<>();
        private final List<Long> agentBack = new ArrayList<>();
        private int trials;
        private int vmsNotBack;
        private int vmsStopped;
        private int twoWriters;
        private int lostWrites;
    }

    FailoverBench(LabOptions options, int trials, List<Case> cases, Terminal terminal) {
        this.options = options;
        this.trials = trials;
        this.cases = cases;
        this.terminal = terminal;
    }

    /** @return 0 when in every trial all VMs came back, no disk had two writers and nothing acknowledged was lost */
    int run(Optional<Path> json) {
        Session session = Session.begin(options, terminal);
        for (Case one : cases) {
            figures.put(one, new Figures());
            for (int trial = 1; trial <= trials; trial++) {
                terminal.line(one.word() + " " + trial + " of " + trials + ": " + trial(session, one));
                json.ifPresent(this::write);
            }
        }
        print();
        return figures.values().stream().allMatch(FailoverBench::well) ? 0 : 1;
    }

    private static boolean well(Figures case1) {
        return case1.vmsNotBack == 0 && case1.vmsStopped == 0 && case1.twoWriters == 0 && case1.lostWrites == 0;
    }

    private String trial(Session session, Case one) {
        LabHost host = busiest(session);
        TrialResult result = switch (one) {
            case BMC -> trial(session).run(call(Fault.POWER_CUT, host));
            case LEASE_ONLY ->
                trial(session)
                        .run(call(Fault.POWER_CUT, host), () -> session.lab().apply(call(Fault.BMC_DEAD, host)));
            case AGENT_KILLED -> trial(session).run(call(Fault.AGENT_KILL, host));
        };
        note(session, one, host, result);
        restore(session, one, host);
        return describe(one, host, result);
    }

    private static Trial trial(Session session) {
        return new Trial(session.lab(), session.cluster(), line -> {});
    }

    private static Fault.Call call(Fault fault, LabHost host) {
        return new Fault.Call(fault, Optional.of(host.name()), Optional.empty());
    }

    private static LabHost busiest(Session session) {
        return session.lab().hosts().stream()
                .max(Comparator.comparingInt(
                        host -> session.cluster().vmsOn(host.name()).size()))
                .orElseThrow();
    }

    private void note(Session session, Case one, LabHost host, TrialResult result) {
        Figures noted = figures.computeIfAbsent(one, any -> new Figures());
        noted.trials++;
        noted.twoWriters = result.check().twoWriters().size();
        noted.lostWrites = result.check().lostWrites().size();
        noted.vmsNotBack += (int) result.vms().stream().filter(vm -> !vm.well()).count();
        noted.vmsStopped +=
                (int) result.spared().stream().filter(VmOutcome::restarted).count();
        if (one == Case.AGENT_KILLED) {
            noted.agentBack.add(agentBackMillis(session, host, result));
            return;
        }
        slowest(result.hit().stream().map(VmOutcome::cutToStartMillis).toList()).ifPresent(noted.cutToStart::add);
        slowest(result.hit().stream().map(VmOutcome::cutToGuestMillis).toList()).ifPresent(noted.cutToGuest::add);
    }

    private static Optional<Long> slowest(List<Optional<Long>> times) {
        return times.stream().flatMap(Optional::stream).max(Comparator.naturalOrder());
    }

    /** From the kill to the new agent's first report, by the manager's word. */
    private static long agentBackMillis(Session session, LabHost host, TrialResult result) {
        long limit = System.currentTimeMillis() + AGENT_BACK_LIMIT_MILLIS;
        while (System.currentTimeMillis() < limit) {
            JsonNode agent = session.lab().client().host(host.name()).path("agent");
            Instant since = instant(agent.path("since"));
            if (agent.path("state").asText("").equals("connected") && since.toEpochMilli() >= result.cutWallMillis()) {
                return since.toEpochMilli() - result.cutWallMillis();
            }
            Waiting.pause(50);
        }
        return AGENT_BACK_LIMIT_MILLIS;
    }

    private static Instant instant(JsonNode node) {
        String text = node.asText("");
        return text.isEmpty() || text.equals("null") ? Instant.EPOCH : Instant.parse(text);
    }

    private void restore(Session session, Case one, LabHost host) {
        if (one == Case.AGENT_KILLED) {
            return;
        }
        session.lab().apply(call(Fault.POWER_ON, host));
        if (one == Case.LEASE_ONLY) {
            session.lab().apply(call(Fault.BMC_BACK, host));
        }
        try (Progress quiet = new Progress(Terminal.plain(new PrintStream(OutputStream.nullOutputStream())))) {
            Progress.Step step = quiet.begin("back");
            session.cluster().awaitHosts(step);
            session.cluster().awaitLeases(step);
            session.cluster().liftHolds();
        }
    }

    private static String describe(Case one, LabHost host, TrialResult result) {
        String wrong = result.allWell() ? "" : "  NOT WELL";
        if (one == Case.AGENT_KILLED) {
            return host.name() + ", "
                    + result.spared().stream().filter(VmOutcome::restarted).count() + " VMs stopped" + wrong;
        }
        return host.name() + " with " + result.hit().size() + " VMs: start "
                + seconds(slowest(
                        result.hit().stream().map(VmOutcome::cutToStartMillis).toList())) + ", guest "
                + seconds(slowest(
                        result.hit().stream().map(VmOutcome::cutToGuestMillis).toList())) + " ("
                + result.hit().stream()
                        .flatMap(vm -> vm.proofs().stream())
                        .distinct()
                        .collect(Collectors.joining(", ")) + ")" + wrong;
    }

    private static String seconds(Optional<Long> millis) {
        return millis.map(value -> String.format(Locale.ROOT, "%.2f s", value / 1000.0))
                .orElse("never");
    }

    private void print() {
        Table table = Table.of("CASE", "WHAT", ">MIN", ">MEDIAN", ">MAX", ">TRIALS");
        figures.forEach((one, noted) -> {
            if (one == Case.AGENT_KILLED) {
                row(table, one, "agent back", noted.agentBack);
            } else {
                row(table, one, "cut → QEMU start", noted.cutToStart);
                row(table, one, "cut → guest's first write", noted.cutToGuest);
            }
        });
        terminal.line("");
        table.print(terminal, "");
        terminal.line("");
        figures.forEach((one, noted) -> terminal.line(terminal.paint(
                well(noted) ? Style.GOOD : Style.BAD,
                one.word() + ": VMs not back " + noted.vmsNotBack + ", stopped without need " + noted.vmsStopped
                        + ", two writers " + noted.twoWriters + ", lost writes " + noted.lostWrites)));
    }

    private static void row(Table table, Case one, String what, List<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        if (sorted.isEmpty()) {
            table.row(one.word(), what, "-", "-", "-", "0");
            return;
        }
        table.row(
                one.word(),
                what,
                seconds(Optional.of(sorted.getFirst())),
                seconds(Optional.of(median(sorted))),
                seconds(Optional.of(sorted.getLast())),
                String.valueOf(sorted.size()));
    }

    /** The middle one, or the mean of the two in the middle. */
    static long median(List<Long> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private void write(Path file) {
        Map<String, Object> all = new LinkedHashMap<>();
        figures.forEach((one, noted) -> {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("trials", noted.trials);
            json.put("cutToStartMillis", noted.cutToStart);
            json.put("cutToGuestMillis", noted.cutToGuest);
            if (one == Case.AGENT_KILLED) {
                json.put("agentBackMillis", noted.agentBack);
                json.put("vmsStopped", noted.vmsStopped);
            }
            json.put("twoWriters", noted.twoWriters);
            json.put("lostWrites", noted.lostWrites);
            all.put(one.word(), json);
        });
        try {
            Files.writeString(
                    file,
                    new ObjectMapper()
                                    .enable(SerializationFeature.INDENT_OUTPUT)
                                    .writeValueAsString(all) + "\n");
        } catch (IOException e) {
            throw new LabException("the file " + file + " can't be written: " + e.getMessage(), e);
        }
    }
}
