package io.holdfast.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The machine of the manager, and the manager on it. */
public final class ManagerNode implements Management {

    static final int REST_PORT = 7480;
    static final int AGENT_PORT = 7443;
    private static final int ADDRESS = 2;
    private static final String NAME = "mgr";

    private final LabPaths paths;
    private final Fabric fabric;
    private final Programs programs;
    private Optional<Machine> machine = Optional.empty();
    private Optional<Process> manager = Optional.empty();

    ManagerNode(LabPaths paths, Fabric fabric, Programs programs) {
        this.paths = paths;
        this.fabric = fabric;
        this.programs = programs;
    }

    /** Its address on the management network. */
    @Override
    public String address() {
        return Network.MANAGEMENT.address(ADDRESS);
    }

    /** Its log. */
    @Override
    public Path log() {
        return paths.manager().resolve("manager.log");
    }

    /** Switches the machine on and starts the manager. Does nothing when it runs. */
    @Override
    public synchronized void start() {
        if (manager.filter(Process::isAlive).isPresent()) {
            return;
        }
        Machine node = machine.filter(Machine::alive).orElseGet(this::boot);
        Path temporary = paths.manager().resolve("tmp");
        List<String> command = new ArrayList<>(programs.manager(made(temporary)));
        command.addAll(List.of("--state", paths.manager().resolve("state").toString()));
        command.addAll(List.of("--advertise", address() + ":" + AGENT_PORT));
        programs.console().ifPresent(console -> command.addAll(List.of("--console", console.toString())));
        manager = Optional.of(Shell.start(log(), node.inside(command)));
    }

    /** Kills the manager's process; its machine stays. @return CLOCK_BOOTTIME just before, in nanoseconds */
    @Override
    public synchronized long kill() {
        long before = Clock.bootNanos();
        manager.ifPresent(process -> {
            process.destroyForcibly();
            try {
                process.waitFor(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        manager = Optional.empty();
        return before;
    }

    /** True while the manager's process lives. */
    @Override
    public synchronized boolean running() {
        return manager.filter(Process::isAlive).isPresent();
    }

    @Override
    public Optional<String> complete() {
        return Optional.empty();
    }

    @Override
    public List<ManagementMachine> machines() {
        return List.of();
    }

    @Override
    public List<Path> logs() {
        return List.of(log());
    }

    private Machine boot() {
        Machine node = Machine.start(
                paths.log().resolve("manager-node.log"),
                "bash",
                paths.bin().resolve("node-init.sh").toString(),
                "manager",
                Network.MANAGEMENT.interfaceName(),
                address());
        fabric.plug(node.pid(), NAME, Network.MANAGEMENT, ADDRESS);
        machine = Optional.of(node);
        return node;
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new LabException("the folder " + folder + " can't be made", e);
        }
    }
}
