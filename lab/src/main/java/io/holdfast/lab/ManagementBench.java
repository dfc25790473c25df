package io.holdfast.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.holdfast.cli.Style;
import io.holdfast.cli.Table;
import io.holdfast.cli.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** {@code lab bench management}: faults of a management pair, and how long writes through the VIP pause. */
final class ManagementBench {

    private static final long VIP_LIMIT_MILLIS = 3_000;
    private static final long RETURN_PAUSE_LIMIT_MILLIS = 1_000;

    private final LabOptions options;
    private final int trials;
    private final List<ManagementTrouble> troubles;
    private final Terminal terminal;
    private final Map<ManagementTrouble, List<ManagementResult>> results = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private final List<String> late = new ArrayList<>();

    ManagementBench(LabOptions options, int trials, List<ManagementTrouble> troubles, Terminal terminal) {
        this.options = options;
        this.trials = trials;
        this.troubles = troubles;
        this.terminal = terminal;
    }

    /** @return 0 when in every trial nothing acknowledged was lost, nobody acted beside the leader and the pair got well by itself; else 1 */
    int run(Optional<Path> json) {
        Session session = Session.begin(options, terminal);
        Lab lab = session.lab();
        lab.client().post("/clusters", Map.of("name", WriteClient.CLUSTER));
        try (WriteClient writes = WriteClient.start(lab.manager().address());
                StreamClient stream = StreamClient.start(lab.manager().address());
                VipWatch vip = VipWatch.start(lab.pair())) {
            ManagementTrial trial = new ManagementTrial(lab, session.cluster(), writes, stream, vip);
            troubles.forEach(trouble -> results.put(trouble, new ArrayList<>()));
            // In turn: whatever the machine is busy with meanwhile, it falls on all of them, and an end before the time
            // leaves as many of each.
            for (int number = 0; number < trials; number++) {
                for (ManagementTrouble trouble : troubles) {
                    one(lab, trial, trouble, number);
                    json.ifPresent(this::write);
                }
            }
        }
        print();
        return failures.isEmpty() ? 0 : 1;
    }

    private void one(Lab lab, ManagementTrial trial, ManagementTrouble trouble, int number) {
        String title = trouble.word() + " " + (number + 1) + " of " + trials + ": ";
        try {
            ManagementResult result = trial.run(trouble, number);
            results.computeIfAbsent(trouble, any -> new ArrayList<>()).add(result);
            terminal.line(title + describe(result));
            if (!result.lost().isEmpty() || result.twoLeaders() > 0) {
                failures.add(title + "lost " + result.lost() + ", two leaders " + result.twoLeaders());
            }
            limits(trouble, result).forEach(missed -> late.add(title + missed));
        } catch (LabException e) {
            failures.add(title + e.getMessage());
            terminal.line(terminal.paint(Style.BAD, title + e.getMessage()));
            lab.restore();
        }
    }

    /** Which limits of issue 4 this trial misses. */
    private static List<String> limits(ManagementTrouble trouble, ManagementResult result) {
        List<String> missed = new ArrayList<>();
        if (result.nextAckMillis() > trouble.limitMillis()) {
            missed.add("writes paused for " + seconds(result.nextAckMillis()));
        }
        if (!trouble.takesThePairDown() && result.vipMillis() > VIP_LIMIT_MILLIS) {
            missed.add("VIP on one node after " + seconds(result.vipMillis()));
        }
        result.returned().ifPresent(back -> {
            if (back.inSyncMillis() > trouble.inSyncLimitMillis()) {
                missed.add("back in sync after " + seconds(back.inSyncMillis()));
            }
            if (back.pauseMillis() > RETURN_PAUSE_LIMIT_MILLIS) {
                missed.add("writes paused for " + seconds(back.pauseMillis()) + " at the return");
            }
        });
        return missed;
    }

    private static String describe(ManagementResult result) {
        return "next acknowledged write " + seconds(result.nextAckMillis()) + ", events "
                + seconds(result.streamMillis())
                + ", VIP settled " + seconds(result.vipMillis())
                + result.vmsMillis().map(vms -> ", VMs start " + seconds(vms)).orElse("")
                + result.returned()
                        .map(back -> ", returned in " + seconds(back.inSyncMillis()) + " with a pause of "
                                + seconds(back.pauseMillis()) + " from " + seconds(back.pauseFromMillis()) + " on")
                        .orElse("")
                + (result.lost().isEmpty() ? "" : ", LOST " + result.lost().size())
                + (result.twoLeaders() == 0 ? "" : ", TWO LEADERS " + result.twoLeaders())
                + (result.story().isEmpty() ? "" : " (VIP: " + result.story() + ")");
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.2f s", millis / 1000.0);
    }

    private void print() {
        Table table = Table.of("FAULT", "WHAT", ">MIN", ">MEDIAN", ">MAX", ">LIMIT", ">TRIALS");
        results.forEach((trouble, trials) -> {
            row(
                    table,
                    trouble,
                    "next acknowledged write",
                    trials,
                    ManagementResult::nextAckMillis,
                    trouble.limitMillis());
            row(table, trouble, "VIP on one node", trials, ManagementResult::vipMillis, VIP_LIMIT_MILLIS);
            row(table, trouble, "next event", trials, ManagementResult::streamMillis, 0);
            List<ManagementResult> hosts =
                    trials.stream().filter(one -> one.vmsMillis().isPresent()).toList();
            row(table, trouble, "VMs start", hosts, one -> one.vmsMillis().orElseThrow(), 0);
            List<ManagementResult> back =
                    trials.stream().filter(one -> one.returned().isPresent()).toList();
            row(
                    table,
                    trouble,
                    "returned, in sync",
                    back,
                    one -> one.returned().orElseThrow().inSyncMillis(),
                    trouble.inSyncLimitMillis());
            row(
                    table,
                    trouble,
                    "pause at its return",
                    back,
                    one -> one.returned().orElseThrow().pauseMillis(),
                    RETURN_PAUSE_LIMIT_MILLIS);
        });
        terminal.line("");
        table.print(terminal, "");
        terminal.line("");
        late.forEach(line -> terminal.line("over a limit: " + line));
        List<Double> loads = results.values().stream()
                .flatMap(List::stream)
                .map(ManagementResult::load)
                .sorted()
                .toList();
        if (!loads.isEmpty()) {
            terminal.line("load average " + loads.getFirst() + " to " + loads.getLast() + ", median "
                    + loads.get(loads.size() / 2));
        }
        failures.forEach(line -> terminal.line(terminal.paint(Style.BAD, line)));
        if (failures.isEmpty()) {
            terminal.line(
                    terminal.paint(
                            Style.GOOD,
                            "No acknowledged write was lost, no two leaders acted, and the pair got well by itself each time."));
        }
    }

    private static void row(
            Table table,
            ManagementTrouble trouble,
            String what,
            List<ManagementResult> trials,
            Function<ManagementResult, Long> figure,
            long limit) {
        if (trials.isEmpty()) {
            return;
        }
        List<Long> sorted = trials.stream().map(figure).sorted().toList();
        table.row(
                trouble.word(),
                what,
                seconds(sorted.getFirst()),
                seconds(FailoverBench.median(sorted)),
                seconds(sorted.getLast()),
                limit == 0 ? "" : seconds(limit),
                String.valueOf(sorted.size()));
    }

    private void write(Path file) {
        Map<String, Object> all = new LinkedHashMap<>();
        results.forEach((trouble, trials) -> all.put(trouble.word(), json(trials)));
        returns(false).ifPresent(json -> all.put("node-returns", json));
        returns(true).ifPresent(json -> all.put("node-returns-with-full-copy", json));
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

    /** The returns of lost machines in the form of {@link #json}; empty when there was none. */
    private Optional<Map<String, Object>> returns(boolean withFullCopy) {
        List<ManagementResult> back = results.entrySet().stream()
                .filter(entry -> entry.getKey().takesADisk() == withFullCopy)
                .flatMap(entry -> entry.getValue().stream())
                .filter(one -> one.returned().isPresent())
                .toList();
        if (back.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Object> returns = new LinkedHashMap<>();
        returns.put("trials", back.size());
        returns.put(
                "nextAckMillis",
                back.stream()
                        .map(one -> one.returned().orElseThrow().pauseMillis())
                        .toList());
        returns.put(
                "lostWrites", back.stream().mapToInt(one -> one.lost().size()).sum());
        returns.put(
                "twoLeaders",
                back.stream().mapToInt(ManagementResult::twoLeaders).sum());
        returns.put(
                "inSyncMillis",
                back.stream()
                        .map(one -> one.returned().orElseThrow().inSyncMillis())
                        .toList());
        return Optional.of(returns);
    }

    /** The form of {@code --json} for one fault: the four fields that were agreed, and what else was measured. */
    static Map<String, Object> json(List<ManagementResult> trials) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("trials", trials.size());
        json.put(
                "nextAckMillis",
                trials.stream().map(ManagementResult::nextAckMillis).toList());
        json.put(
                "lostWrites", trials.stream().mapToInt(one -> one.lost().size()).sum());
        json.put(
                "twoLeaders",
                trials.stream().mapToInt(ManagementResult::twoLeaders).sum());
        json.put("vipMillis", trials.stream().map(ManagementResult::vipMillis).toList());
        json.put("load", trials.stream().map(ManagementResult::load).toList());
        json.put(
                "streamMillis",
                trials.stream().map(ManagementResult::streamMillis).toList());
        List<Long> vms =
                trials.stream().flatMap(one -> one.vmsMillis().stream()).toList();
        if (!vms.isEmpty()) {
            json.put("vmsMillis", vms);
        }
        return json;
    }
}
