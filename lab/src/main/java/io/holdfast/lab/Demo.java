package io.holdfast.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.holdfast.cli.Cell;
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

/** The demonstration: a cluster, a fault, the timeline as it happens, a summary. */
final class Demo {

    private final LabOptions options;
    private final Fault.Call call;
    private final boolean once;
    private final Optional<Path> report;
    private final Terminal terminal;

    Demo(LabOptions options, Fault.Call call, boolean once, Optional<Path> report, Terminal terminal) {
        this.options = options;
        this.call = call;
        this.once = once;
        this.report = report;
        this.terminal = terminal;
    }

    /** @return 0 when every VM is back, no disk had two writers and no acknowledged write is lost; else 1 */
    int run() {
        Session session = Session.begin(options, terminal);
        showPlaces(session.cluster());
        terminal.line("Console " + Session.consoleAddress());
        terminal.line("");
        terminal.line(terminal.paint(
                Style.STRONG, "Now: " + call + " (" + call.fault().meaning() + ")"));
        TrialResult result = new Trial(session.lab(), session.cluster(), terminal::line).run(call);
        summarize(result);
        report.ifPresent(file -> write(file, result));
        if (!once) {
            session.invite(terminal);
            session.awaitDown();
        }
        return result.allWell() ? 0 : 1;
    }

    private void showPlaces(Cluster cluster) {
        Table table = Table.of("HOST", "VIRTUAL MACHINES");
        for (int host = 1; host <= options.hosts(); host++) {
            table.row("host" + host, String.join(" ", cluster.vmsOn("host" + host)));
        }
        terminal.line("");
        table.print(terminal, "");
        terminal.line("");
    }

    private void summarize(TrialResult result) {
        List<VmOutcome> shown = new ArrayList<>(result.hit());
        result.spared().stream().filter(vm -> vm.restarted() || !vm.well()).forEach(shown::add);
        Table table = Table.of("VM", "FROM", "TO", "PROOF", ">CUT → START", ">CUT → GUEST WRITES");
        for (VmOutcome vm : shown) {
            table.row(
                    Cell.of(vm.vm()),
                    Cell.of(vm.from()),
                    new Cell(vm.to().filter(to -> vm.well()).orElse("down"), vm.well() ? Style.GOOD : Style.BAD),
                    Cell.of(vm.proofs().isEmpty() ? "-" : String.join(", ", vm.proofs())),
                    Cell.of(seconds(vm.cutToStartMillis())),
                    Cell.of(seconds(vm.cutToGuestMillis())));
        }
        terminal.line("");
        table.print(terminal, "No virtual machine was stopped.");
        WriterCheck check = result.check();
        terminal.line("");
        terminal.line("Disk journals: " + check.records() + " records of " + check.boots() + " boots, two writers: "
                + check.twoWriters().size() + ", lost writes: "
                + check.lostWrites().size());
        check.twoWriters().forEach(line -> terminal.line(terminal.paint(Style.BAD, "  " + line)));
        check.lostWrites().stream().limit(20).forEach(line -> terminal.line(terminal.paint(Style.BAD, "  " + line)));
        boolean well = result.allWell();
        terminal.line(terminal.paint(
                well ? Style.GOOD : Style.BAD,
                well
                        ? "All virtual machines run, each disk had one writer, nothing acknowledged is lost."
                        : "NOT WELL: " + wrong(result)));
    }

    private static String wrong(TrialResult result) {
        List<String> down = result.vms().stream()
                .filter(vm -> !vm.well())
                .map(VmOutcome::vm)
                .toList();
        return (down.isEmpty() ? "" : "these virtual machines do not run: " + String.join(", ", down) + ". ")
                + (result.check().clean() ? "" : "The disk journals are not clean.");
    }

    private static String seconds(Optional<Long> millis) {
        return millis.map(value -> String.format(Locale.ROOT, "%.2f s", value / 1000.0))
                .orElse("-");
    }

    private static void write(Path file, TrialResult result) {
        try {
            Files.writeString(
                    file,
                    new ObjectMapper()
                                    .enable(SerializationFeature.INDENT_OUTPUT)
                                    .writeValueAsString(json(result)) + "\n");
        } catch (IOException e) {
            throw new LabException("the report " + file + " can't be written: " + e.getMessage(), e);
        }
    }

    /** The form of {@code --report}. VMs that the fault did not touch are not in it, unless something befell them all the same. */
    static Map<String, Object> json(TrialResult result) {
        Map<String, Object> fault = new LinkedHashMap<>();
        fault.put("kind", result.call().kind());
        fault.put("host", result.call().host().orElse(null));
        List<Map<String, Object>> vms = new ArrayList<>();
        for (VmOutcome vm : result.vms()) {
            if (result.affected().contains(vm.vm()) || vm.restarted() || !vm.well()) {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("vm", vm.vm());
                line.put("from", vm.from());
                line.put("to", vm.to().orElse(null));
                line.put("proof", vm.proofs().isEmpty() ? null : String.join(",", vm.proofs()));
                line.put("cutToStartMillis", vm.cutToStartMillis().orElse(null));
                line.put("cutToGuestMillis", vm.cutToGuestMillis().orElse(null));
                vms.add(line);
            }
        }
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("fault", fault);
        report.put("vms", vms);
        report.put("twoWriters", result.check().twoWriters().size());
        report.put("lostWrites", result.check().lostWrites().size());
        return report;
    }
}
