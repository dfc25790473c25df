package io.holdfast.lab;

import io.holdfast.supervisor.NodePlan;
import io.holdfast.supervisor.Template;
import io.holdfast.supervisor.TemplateRenderer;
import io.holdfast.supervisor.VirtualAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;

/** What is installed on the machines of a pair before they boot for the first time: the product's own templates, keys, and programs. */
final class PairInstallation {

    private static final String PASSWORD = "lab";
    private static final int ROUTER_ID = 51;
    private static final int FIRST_PRIORITY = 254;
    private static final int SECOND_PRIORITY = 253;
    private static final String DATABASE_PLACES = "datadir = /var/lib/mysql\nsocket = /run/mysqld/mysqld.sock\n"
            + "pid_file = /run/mysqld/mysqld.pid\nuser = mysql\n";
    private static final String SERVICES = "manager.service=command:/run/lab/bin/manager\n"
            + "database.service=command:/run/lab/bin/database\n"
            + "database.recover.command=/usr/sbin/mariadbd --defaults-file=/etc/mysql/holdfast.cnf\n"
            + "keepalived.service=command:/run/lab/bin/keepalived\n";

    /** What the first database begins with. */
    static final String SCHEMA =
            "create database if not exists holdfast character set utf8mb4 collate utf8mb4_nopad_bin;"
                    + " create user if not exists holdfast@'127.0.0.1' identified by '" + PASSWORD + "';"
                    + " grant all on holdfast.* to holdfast@'127.0.0.1'";

    private final ManagementPair pair;
    private final LabPaths paths;
    private final Programs programs;

    PairInstallation(ManagementPair pair, LabPaths paths, Programs programs) {
        this.pair = pair;
        this.paths = paths;
        this.programs = programs;
    }

    /** Writes all of it. */
    void write() {
        TemplateRenderer renderer = new TemplateRenderer("/run/holdfast-supervisor", "/run/holdfast-bin");
        script("supervisor-alive", Template.SUPERVISOR_ALIVE.read());
        script(
                "supervisor",
                "cd /etc/holdfast\nexec " + Programs.quoted(programs.supervisor())
                        + " \"$@\" --config /etc/holdfast/supervisor.properties\n");
        // As `ha enable` does: no manager runs before the schema is complete.
        script(
                "manager",
                "exec >>/run/lab/management/\"$(hostname)\"/manager.log 2>&1\n"
                        + "while [ ! -e /run/lab/management/schema ]; do sleep 0.05; done\nexec "
                        + Programs.quoted(programs.manager(Path.of("/run/tmp")))
                        + " --config /etc/holdfast/manager.properties\n");
        script(
                "manager-migrate",
                "exec " + Programs.quoted(programs.manager(Path.of("/run/tmp")))
                        + " migrate --config /etc/holdfast/manager.properties\n");
        logging("database", List.of("/usr/sbin/mariadbd", "--defaults-file=/etc/mysql/holdfast.cnf"), "\"$@\"");
        // A unit's control group ends what a killed keepalived leaves behind, before it is started again.
        script(
                "keepalived",
                "exec >>/run/lab/management/\"$(hostname)\"/keepalived.log 2>&1\n"
                        + "while read -r left 2>/dev/null </run/keepalived_vrrp.pid && kill -KILL \"$left\" 2>/dev/null; do sleep 0.02; done\n"
                        + "rm -f /run/keepalived.pid /run/keepalived_vrrp.pid\n"
                        + "exec keepalived -n -l -D -P -f /etc/keepalived/keepalived.conf\n");
        Path keys = paths.root().resolve("management/keys");
        Shell.run(
                "bash",
                paths.bin().resolve("management-keys.sh").toString(),
                keys.toString(),
                pair.first().name() + "=" + pair.first().address(),
                pair.second().name() + "=" + pair.second().address());
        node(pair.first(), renderer, FIRST_PRIORITY, keys);
        node(pair.second(), renderer, SECOND_PRIORITY, keys);
        LabHost.write(pair.first().folder().resolve("first"), "");
        LabHost.write(
                pair.arbiter().folder().resolve("garb.default"),
                renderer.render(Template.GARB, plan(pair.first(), FIRST_PRIORITY)));
    }

    private NodePlan plan(ManagementMachine node, int priority) {
        return new NodePlan(
                node.name(),
                node.address(),
                pair.peer(node).address(),
                pair.arbiter().address(),
                Network.MANAGEMENT.address(Fabric.OPERATOR),
                new VirtualAddress(pair.address(), 24, Network.MANAGEMENT.interfaceName()),
                priority,
                ROUTER_ID,
                "holdfast",
                NodePlan.Sizes.SMALL,
                NodePlan.Timing.TUNED);
    }

    private void node(ManagementMachine node, TemplateRenderer renderer, int priority, Path keys) {
        NodePlan plan = plan(node, priority);
        String pki = "var/lib/holdfast-manager/pki/";
        String peerPki = "etc/holdfast/supervisor-pki/";
        put(node, "etc/keepalived/keepalived.conf", renderer.render(Template.KEEPALIVED, plan));
        put(node, "etc/mysql/holdfast.cnf", renderer.render(Template.GALERA, plan) + DATABASE_PLACES);
        put(
                node,
                "etc/holdfast/supervisor.properties",
                renderer.render(Template.SUPERVISOR_PROPERTIES, plan) + SERVICES);
        put(node, "etc/holdfast/manager.properties", managerProperties(node));
        put(node, "etc/holdfast/database.password", PASSWORD);
        put(node, peerPki + "ca.pem", read(keys.resolve("ca.pem")));
        put(node, peerPki + "certificate.pem", read(keys.resolve(node.name() + ".pem")));
        put(node, peerPki + "key.pem", read(keys.resolve(node.name() + ".key")));
        for (String shared : List.of("ca.pem", "ca.key", "secrets.key")) {
            put(node, pki + shared, read(keys.resolve(shared)));
        }
    }

    private String managerProperties(ManagementMachine node) {
        String advertise = String.join(
                ",",
                pair.nodes().stream()
                        .map(one -> one.address() + ":" + ManagerNode.AGENT_PORT)
                        .toList());
        return "manager.id=" + node.name() + "\nstate=/var/lib/holdfast-manager\nadvertise=" + advertise + "\n"
                + "database=mariadb\ndatabase.password.file=/etc/holdfast/database.password\n"
                + programs.console().map(folder -> "console=" + folder + "\n").orElse("");
    }

    private static void put(ManagementMachine node, String name, String content) {
        Path file = node.folder().resolve("install/" + name);
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, content);
            if (name.contains("pki/") || name.endsWith("password")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
        } catch (IOException e) {
            throw new LabException("the file " + file + " can't be written: " + e.getMessage(), e);
        }
    }

    /** A service of the supervisor whose output outlives a power cut. */
    private void logging(String name, List<String> command, String arguments) {
        script(
                name,
                "exec >>/run/lab/management/\"$(hostname)\"/" + name + ".log 2>&1\nexec " + Programs.quoted(command)
                        + " " + arguments + "\n");
    }

    private void script(String name, String text) {
        Path file = paths.bin().resolve(name);
        LabHost.write(file, text.startsWith("#!") ? text : "#!/bin/bash\n" + text);
        if (!file.toFile().setExecutable(true, false)) {
            throw new LabException("the file " + file + " can't be made executable");
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new LabException("the file " + file + " can't be read: " + e.getMessage(), e);
        }
    }
}
