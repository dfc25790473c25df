package io.holdfast.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast host …}. */
@Command(name = "host", description = "Hosts: their state on each plane, power, agent")
final class HostCommands implements Runnable {

    private final Holdfast root;

    HostCommands(Holdfast root) {
        this.root = root;
    }

    @Override
    public void run() {
        throw root.wrong(
                "say what to do with hosts: list, show, add, enrol, maintenance, shutdown, reboot, lift-hold, confirm-isolation or remove");
    }

    @Command(name = "list", description = "All hosts")
    int list(@Option(names = "--cluster", paramLabel = "NAME", defaultValue = "") String cluster) {
        Session session = root.session();
        return session.show(
                session.api().get(ApiClient.query("/hosts", Map.of("cluster", cluster))),
                answer -> HostView.table(session, answer.path("items")));
    }

    @Command(name = "show", description = "One host with everything known about it")
    int show(@Parameters(paramLabel = "NAME", description = "Name or id") String name) {
        Session session = root.session();
        return session.show(session.api().get(ApiClient.path("hosts", name)), host -> HostView.details(session, host));
    }

    @Command(
            name = "add",
            description = "Adds a host to the inventory; next: host enrol",
            footer = {
                "",
                "The BMC's password is better not typed as an argument: leave --bmc-password out and set",
                "HOLDFAST_BMC_PASSWORD instead.",
                "Example: host add host1 --address 10.0.1.11 --bmc-address 10.0.9.11 --bmc-username admin \\",
                "         --network business=vmbr0:bond0"
            })
    int add(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--address",
                            required = true,
                            paramLabel = "ADDRESS",
                            description = "Management address; address:port if the agent's probe port is not 7420")
                    String address,
            @Option(names = "--cluster", paramLabel = "NAME", defaultValue = "") String cluster,
            @Option(names = "--bmc-address", paramLabel = "ADDRESS", description = "IPMI over LAN") @Nullable
                    String bmcAddress,
            @Option(names = "--bmc-port", paramLabel = "PORT", description = "623") @Nullable Integer bmcPort,
            @Option(names = "--bmc-username", paramLabel = "NAME") @Nullable String bmcUsername,
            @Option(names = "--bmc-password", paramLabel = "PASSWORD") @Nullable String bmcPassword,
            @Option(
                            names = "--network",
                            paramLabel = "NAME=BRIDGE[:UPLINK,…]",
                            description =
                                    "A network, the bridge that carries it here, and the uplinks to watch; may be repeated")
                    @Nullable
                    List<String> networks) {
        ObjectNode body = Json.object().put("name", name).put("address", address);
        if (!cluster.isEmpty()) {
            body.put("cluster", cluster);
        }
        putBmc(body, bmcAddress, bmcPort, bmcUsername, bmcPassword);
        for (String network : networks == null ? List.<String>of() : networks) {
            putNetwork(body.withArray("networks"), network);
        }
        Session session = root.session();
        return session.done(session.api().post("/hosts", body), "host.added", name);
    }

    @Command(name = "remove", description = "Removes a host on which no VM is placed")
    int remove(@Parameters(paramLabel = "NAME", description = "Name or id") String name) {
        Session session = root.session();
        session.api().delete(ApiClient.path("hosts", name));
        return session.removed("host.removed", name);
    }

    @Command(name = "enrol", description = "Makes the certificate and configuration of the host's agent")
    int enrol(
            @Parameters(paramLabel = "NAME", description = "Name or id") String name,
            @Option(
                            names = "--out",
                            paramLabel = "FOLDER",
                            required = true,
                            description =
                                    "Where agent.properties and the PEM files go; becomes /etc/holdfast on the host")
                    Path folder)
            throws IOException {
        Session session = root.session();
        EnrolmentFolder out = new EnrolmentFolder(folder);
        out.checkEmpty();
        String answer = session.api().post(ApiClient.path("hosts", name) + "/enrolment", null);
        out.write(Json.parse(answer));
        return session.done(
                "{\"folder\":" + Json.object().textNode(folder.toString()) + "}", "host.enrolled", name, folder);
    }

    @Command(
            name = "maintenance",
            description = "Moves a host's VMs away live and keeps it out of placement, or ends that: they come back")
    int maintenance(
            @Parameters(paramLabel = "NAME", description = "Name or id") String name,
            @Parameters(paramLabel = "on|off") String onOrOff,
            @Option(names = "--no-drain", description = "Its VMs stay; only no others come") boolean noDrain) {
        if (!onOrOff.equals("on") && !onOrOff.equals("off")) {
            throw root.wrong("maintenance is '" + onOrOff + "', but must be on or off");
        }
        boolean enabled = onOrOff.equals("on");
        Session session = root.session();
        String answer = session.api()
                .post(
                        ApiClient.path("hosts", name) + "/actions/maintenance",
                        Json.object().put("enabled", enabled).put("drain", !noDrain));
        String done = !enabled ? "host.maintenance.off" : noDrain ? "host.maintenance.closed" : "host.maintenance.on";
        return session.done(answer, done, name);
    }

    @Command(
            name = "shutdown",
            description = {
                "Prepares an orderly shutdown: its VMs are treated by the cluster's shutdown policy.",
                "It may be switched off when host show says that no VM is left; nothing here switches it off."
            })
    int shutdown(@Parameters(paramLabel = "NAME", description = "Name or id") String name) {
        return goingDown(name, false);
    }

    @Command(
            name = "reboot",
            description = {
                "Prepares an orderly reboot: its VMs are treated by the cluster's shutdown policy.",
                "It may be rebooted when host show says that no VM is left; nothing here reboots it."
            })
    int reboot(@Parameters(paramLabel = "NAME", description = "Name or id") String name) {
        return goingDown(name, true);
    }

    private int goingDown(String name, boolean reboot) {
        Session session = root.session();
        String answer = session.api()
                .post(
                        ApiClient.path("hosts", name) + "/actions/shutdown",
                        Json.object().put("reboot", reboot));
        return session.done(answer, "host.goingDown", name);
    }

    @Command(name = "lift-hold", description = "Lets a host that went and came back too often take VMs again at once")
    int liftHold(@Parameters(paramLabel = "NAME", description = "Name or id") String name) {
        Session session = root.session();
        return session.done(
                session.api().post(ApiClient.path("hosts", name) + "/actions/lift-hold", null), "host.lifted", name);
    }

    @Command(
            name = "confirm-isolation",
            description = {
                "States that a failed host runs nothing and writes nowhere, as proof for its failover.",
                "Only say so when you have made sure, for example by pulling both power feeds: if it's wrong, two",
                "virtual machines may write to one disk. The statement is recorded with its reason."
            })
    int confirmIsolation(
            @Parameters(paramLabel = "NAME", description = "Name of the host") String name,
            @Option(names = "--confirm", required = true, paramLabel = "NAME", description = "The name, once more")
                    String confirm,
            @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "How you made sure")
                    String reason,
            @Option(
                            names = "--operator",
                            paramLabel = "NAME",
                            description = "Who says so; default: the user who runs this")
                    @Nullable
                    String operator) {
        if (!confirm.equals(name)) {
            throw root.wrong("--confirm is '" + confirm + "', but the host is '" + name + "'; type its name twice");
        }
        String person = operator == null ? System.getProperty("user.name", "") : operator;
        ObjectNode body =
                Json.object().put("host", confirm).put("reason", reason).put("operator", person);
        Session session = root.session();
        String answer = session.api().post(ApiClient.path("hosts", name) + "/confirm-isolation", body);
        return session.done(answer, "host.confirmed", name);
    }

    private void putBmc(
            ObjectNode body,
            @Nullable String address,
            @Nullable Integer port,
            @Nullable String username,
            @Nullable String password) {
        if (address == null) {
            if (port != null || username != null || password != null) {
                throw root.wrong("--bmc-port, --bmc-username and --bmc-password need --bmc-address");
            }
            return;
        }
        String secret = password == null ? root.environment("HOLDFAST_BMC_PASSWORD") : password;
        if (username == null || secret.isEmpty()) {
            throw root.wrong("--bmc-address needs --bmc-username, and HOLDFAST_BMC_PASSWORD or --bmc-password");
        }
        ObjectNode bmc = body.putObject("bmc")
                .put("address", address)
                .put("username", username)
                .put("password", secret);
        if (port != null) {
            bmc.put("port", port);
        }
    }

    private void putNetwork(ArrayNode networks, String text) {
        int equals = text.indexOf('=');
        int colon = text.indexOf(':', equals + 1);
        if (equals <= 0 || equals == text.length() - 1 || colon == equals + 1) {
            throw root.wrong("--network is '" + text + "', but must be NAME=BRIDGE or NAME=BRIDGE:UPLINK,UPLINK");
        }
        String bridge = colon < 0 ? text.substring(equals + 1) : text.substring(equals + 1, colon);
        ObjectNode network =
                networks.addObject().put("name", text.substring(0, equals)).put("bridge", bridge);
        ArrayNode uplinks = network.putArray("uplinks");
        if (colon > 0) {
            List.of(text.substring(colon + 1).split(",")).forEach(uplinks::add);
        }
    }
}
