package io.holdfast.lab;

import java.nio.file.Path;

/** The BMC of one host: OpenIPMI's ipmi_sim in namespaces of its own, on its own cable of the management network. */
final class BmcSimulator {

    static final String USER = "admin";
    static final String PASSWORD = "secret";
    private static final int FIRST_ADDRESS = 110;

    private final LabHost host;
    private final LabPaths paths;
    private final Fabric fabric;

    BmcSimulator(LabHost host, LabPaths paths, Fabric fabric) {
        this.host = host;
        this.paths = paths;
        this.fabric = fabric;
    }

    /** Its address on the management network. */
    String address() {
        return Network.MANAGEMENT.address(FIRST_ADDRESS + host.number());
    }

    /** Starts it. */
    void start() {
        Path log = paths.bmc(host.name()).resolve("log");
        Machine machine = Machine.start(
                log, "bash", paths.bin().resolve("bmc-init.sh").toString(), String.valueOf(host.number()));
        fabric.plug(machine.pid(), port(), Network.MANAGEMENT, FIRST_ADDRESS + host.number());
    }

    /** It answers nobody any more, as after the power cut that killed its host too. */
    void die() {
        fabric.pull(port(), Network.MANAGEMENT);
    }

    /** It answers again. */
    void comeBack() {
        fabric.insert(port(), Network.MANAGEMENT);
    }

    private String port() {
        return "c" + host.number();
    }
}
