package io.holdfast.lab;

import io.holdfast.cli.Progress;
import io.holdfast.cli.Terminal;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** A lab from its first switch to its end, with its control socket: what {@code lab up}, the demo and the bench have in common. */
final class Session {

    private final Lab lab;
    private final Cluster cluster;
    private final CountDownLatch down = new CountDownLatch(1);

    private Session(Lab lab) {
        this.lab = lab;
        this.cluster = new Cluster(lab);
    }

    /** Builds lab and cluster, showing each step. @throws LabException when a step fails */
    static Session begin(LabOptions options, Terminal terminal) {
        return begin(options, false, terminal);
    }

    private static Session begin(LabOptions options, boolean bare, Terminal terminal) {
        Session session = new Session(new Lab(options));
        Lab lab = session.lab;
        try (Progress progress = new Progress(terminal)) {
            new ControlServer(lab.paths(), session::obey)
                    .start(new InetSocketAddress(lab.manager().address(), ManagerNode.REST_PORT));
            Progress.Step step = progress.begin("switches, storage, " + options.hosts() + " hosts");
            try {
                lab.build();
                step.done("libvirt answers on each");
            } catch (LabException e) {
                step.failed(String.valueOf(e.getMessage()));
                throw e;
            }
            if (!bare) {
                session.cluster.setUp(progress);
            }
        }
        return session;
    }

    Lab lab() {
        return lab;
    }

    Cluster cluster() {
        return cluster;
    }

    /** Where a person finds the console. */
    static String consoleAddress() {
        return "http://127.0.0.1:" + Integer.getInteger("holdfast.lab.port", Instance.FIRST_PORT) + "/";
    }

    /** {@code lab up}. */
    static int up(LabOptions options, boolean bare, Terminal terminal) {
        Session session = begin(options, bare, terminal);
        session.invite(terminal);
        session.awaitDown();
        return 0;
    }

    /** Says what can be done now. */
    void invite(Terminal terminal) {
        String server = consoleAddress().equals("http://127.0.0.1:7480/") ? "" : " --server " + consoleAddress();
        terminal.line("");
        terminal.line("Console   " + consoleAddress());
        terminal.line("Look      ./holdfast status" + server + " · ./holdfast vm list" + server
                + " · ./holdfast failover show latest" + server);
        terminal.line("Break     ./holdfast lab fault power-cut host2 · ./holdfast lab fault help");
        terminal.line("End       Ctrl-C");
    }

    /** Waits for {@code lab down}; Ctrl-C ends the process itself. */
    void awaitDown() {
        try {
            down.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String obey(List<String> words) {
        return switch (words.getFirst()) {
            case "fault" -> {
                Fault.Call call = Fault.Call.parse(words.subList(1, words.size()), Optional.empty());
                lab.apply(call);
                yield call + " done";
            }
            case "chassis" -> chassis(words.get(1), lab.host(words.get(2)));
            case "status" -> status();
            case "down" -> {
                // The answer leaves before the lab ends.
                Thread.ofVirtual().start(() -> {
                    Waiting.pause(200);
                    down.countDown();
                    System.exit(0);
                });
                yield "the lab ends";
            }
            default -> throw new LabException("'" + words.getFirst() + "' is unknown; there are: fault, status, down");
        };
    }

    private static String chassis(String operation, LabHost host) {
        switch (operation) {
            case "off" -> host.powerCut();
            case "on" -> host.powerOn();
            case "reset" -> host.reset();
            default -> throw new LabException("a BMC can switch off, on or reset, not '" + operation + "'");
        }
        return operation;
    }

    private String status() {
        return "console " + consoleAddress() + "\n"
                + management() + "\n"
                + lab.hosts().stream().map(this::hostStatus).collect(Collectors.joining("\n"));
    }

    private String management() {
        if (!(lab.manager() instanceof ManagementPair pair)) {
            return "manager " + (lab.manager().running() ? "runs" : "is down");
        }
        return pair.machines().stream()
                .map(machine -> nodeStatus(pair, machine))
                .collect(Collectors.joining("\n"));
    }

    private static String nodeStatus(ManagementPair pair, ManagementMachine machine) {
        if (!machine.poweredOn()) {
            return machine.name() + " has no power";
        }
        String programs = Arrays.stream(ManagementMachine.Program.values())
                .filter(program -> machine.isNode() != (program == ManagementMachine.Program.ARBITER))
                .map(program -> program.word() + (machine.process(program).isPresent() ? " runs" : " is down"))
                .collect(Collectors.joining(", "));
        return machine.name() + " " + programs + (machine.holds(pair.address()) ? ", holds the VIP" : "");
    }

    private String hostStatus(LabHost host) {
        if (!host.poweredOn()) {
            return host.name() + " has no power";
        }
        String vms = lab.journals().stream()
                .map(DiskJournal::vm)
                .filter(vm -> host.qemu(vm).isPresent())
                .collect(Collectors.joining(" "));
        return host.name() + " agent " + (host.agent().isPresent() ? "runs" : "is down") + ", watchdog "
                + (host.watchdog().armed() ? "armed" : "not armed") + ", QEMU for: " + (vms.isEmpty() ? "none" : vms);
    }
}
