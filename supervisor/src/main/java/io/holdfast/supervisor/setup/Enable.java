package io.holdfast.supervisor.setup;

import io.holdfast.supervisor.NodePlan;
import io.holdfast.supervisor.Programs;
import io.holdfast.supervisor.Template;
import io.holdfast.supervisor.TemplateRenderer;
import io.holdfast.supervisor.VirtualAddress;
import io.holdfast.supervisor.setup.SetupProblem.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Turns this single node into the first of a pair. The order is chosen so that the single manager is the last to be touched: database, arbiter and
 * the other node's full copy are there and in sync before it is stopped, and what it has on disk is only ever read.
 *
 * <table>
 * <caption>What a failure leaves</caption>
 * <tr><th>failed</th><th>who holds the truth</th><th>what is done</th></tr>
 * <tr><td>before this node's manager has led on the replicated database</td><td>the embedded database, unchanged</td>
 *     <td>everything is undone, the arbiter and the other node first; the single manager goes on</td></tr>
 * <tr><td>afterwards</td><td>the replicated database: it may hold writes that were acknowledged since</td>
 *     <td>it is copied back, as {@code ha disable} does; where that fails, the pair stays</td></tr>
 * </table>
 *
 * <p>The other node's manager is started only after this one leads, so an undo before that can't meet a second leader. All databases are ended by
 * force: one that says good-bye would leave its vote to the others.
 */
final class Enable {

    private static final Duration COPY_LIMIT = Duration.ofMinutes(15);
    private static final Duration LEADS_WITHIN = Duration.ofSeconds(90);
    private static final Duration STANDS_BY_WITHIN = Duration.ofSeconds(180);
    private static final Duration VIP_WITHIN = Duration.ofSeconds(30);
    private static final Duration KEYS_LIMIT = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 250;
    /** VRRP (RFC 5798, section 6.1) makes a low priority wait longer before it takes the address: (256 - priority) / 256 of an interval. */
    private static final int FIRST_PRIORITY = 254;

    private static final int SECOND_PRIORITY = 253;
    private static final int PASSWORD_BYTES = 24;
    private static final int VOTES = 3;

    /** The three machines. */
    record Machines(NodeHands first, NodeHands second, NodeHands arbiter) {}

    private final SetupRequest request;
    private final NodeSettings node;
    private final Machines machines;
    private final SetupProgress progress;
    private final String password = password();
    private boolean supervised;

    Enable(SetupRequest request, NodeSettings node, Machines machines, SetupProgress progress) {
        this.request = request;
        this.node = node;
        this.machines = machines;
        this.progress = progress;
    }

    private static String password() {
        byte[] bytes = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    // Beforehand

    /** What speaks against it; empty: nothing. Changes nothing anywhere. */
    List<Refusal> refusals() throws IOException, InterruptedException {
        Optional<Refusal> configuration = ofConfiguration();
        if (configuration.isPresent()) {
            return List.of(configuration.get());
        }
        List<Refusal> addresses = SetupCheck.ofAddresses(request, address());
        if (!addresses.isEmpty()) {
            return addresses;
        }
        List<Refusal> refusals = new ArrayList<>();
        Optional<Asked> second = ask(machines.second(), request.peer(), refusals);
        // What speaks against a host whose agent runs it, the manager knows, and has said before.
        boolean machine = request.arbiterHost().isEmpty();
        Optional<Asked> arbiter = machine ? ask(machines.arbiter(), request.arbiter(), refusals) : Optional.empty();
        if (second.isEmpty() || (machine && arbiter.isEmpty())) {
            return refusals;
        }
        SetupCheck.Skews skews = new SetupCheck.Skews(
                second.get().skew(), arbiter.map(Asked::skew).orElse(Duration.ZERO));
        return SetupCheck.refusals(
                request, new SetupCheck.Found(firstFacts(), second.get().facts(), arbiter.map(Asked::facts), skews));
    }

    private Optional<Refusal> ofConfiguration() throws IOException {
        if (!Files.exists(node.managerConfiguration())) {
            return Optional.of(
                    Refusal.of(
                            SetupProblem.CONFIGURATION,
                            node.managerConfiguration()
                                    + " is missing; start the manager with --config of that file, or name another one in node.properties"));
        }
        ManagerFile manager = ManagerFile.read(node.managerConfiguration());
        return manager.text("database", "sqlite").equals("sqlite")
                ? Optional.empty()
                : Optional.of(Refusal.of(SetupProblem.ALREADY_PAIR));
    }

    private String address() throws IOException {
        return FactFinder.towards(request.peer());
    }

    private NodeFacts firstFacts() throws IOException, InterruptedException {
        return NodeFacts.of(machines.first()
                .perform(
                        Task.FACTS,
                        Map.of(
                                "role",
                                FactFinder.Role.FIRST.name(),
                                "address",
                                address(),
                                "vip",
                                SetupCheck.vipAddress(request.vip()))));
    }

    private record Asked(NodeFacts facts, Duration skew) {}

    private Optional<Asked> ask(NodeHands hands, String address, List<Refusal> refusals) throws InterruptedException {
        long before = System.currentTimeMillis();
        try {
            NodeFacts facts =
                    NodeFacts.of(hands.perform(Task.FACTS, Map.of("vip", SetupCheck.vipAddress(request.vip()))));
            long after = System.currentTimeMillis();
            // Only what can't be the way's delay counts.
            long skew = facts.clockMillis() < before
                    ? facts.clockMillis() - before
                    : Math.max(0, facts.clockMillis() - after);
            return Optional.of(new Asked(facts, Duration.ofMillis(skew)));
        } catch (IOException | IllegalArgumentException e) {
            refusals.add(Refusal.of(SetupProblem.UNREACHABLE, address, String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    // The steps

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    /** @return whether the pair stands; the progress says what stands otherwise */
    boolean run() throws IOException, InterruptedException {
        Map<SetupStep, Work> work = Map.of(
                SetupStep.CONFIGURATION, this::configure,
                SetupStep.FIRST_DATABASE,
                        () -> machines.first().perform(Task.DATABASE_BEGIN, Map.of("password", password)),
                SetupStep.ARBITER, this::arbiter,
                SetupStep.SECOND_DATABASE, this::secondDatabase,
                SetupStep.COPY, this::copy,
                SetupStep.FIRST_MANAGER, this::firstManager,
                SetupStep.SECOND_MANAGER, this::secondManager,
                SetupStep.VIP, this::vip);
        for (SetupStep step : SetupStep.ENABLE) {
            progress.begin(step);
            try {
                Objects.requireNonNull(work.get(step)).run();
            } catch (IOException | RuntimeException e) {
                progress.failed(step, String.valueOf(e.getMessage()));
                undo(step);
                return false;
            }
            progress.done(step);
        }
        // This node first: from here on it is a pair, whatever becomes of this process.
        for (NodeHands machine : List.of(machines.first(), machines.second(), machines.arbiter())) {
            machine.perform(Task.DONE, Map.of());
        }
        progress.end(
                SetupProgress.State.DONE,
                "The pair serves; clients reach it at " + SetupCheck.vipAddress(request.vip()),
                "双节点已提供服务；客户端通过 " + SetupCheck.vipAddress(request.vip()) + " 访问");
        return true;
    }

    private void configure() throws IOException, InterruptedException {
        NodeFacts first = firstFacts();
        NodeFacts second = NodeFacts.of(
                machines.second().perform(Task.FACTS, Map.of("vip", SetupCheck.vipAddress(request.vip()))));
        Path state = Path.of(ManagerFile.read(node.managerConfiguration())
                .text("state", node.managerState().toString()));
        Path keys = new NodeJournal(node.state()).folder().resolve("keys");
        try {
            List<String> command = new ArrayList<>(node.managerProgram());
            command.addAll(List.of(
                    "certificates",
                    "--state",
                    state.toString(),
                    "--out",
                    keys.toString(),
                    first.name() + "=" + first.address(),
                    second.name() + "=" + second.address()));
            Programs.check(KEYS_LIMIT, command);
            machines.first().perform(Task.INSTALL, files(first, second, FIRST_PRIORITY, keys));
            Map<String, String> others = files(second, first, SECOND_PRIORITY, keys);
            others.put(name(SetupFile.CLUSTER_AUTHORITY), Files.readString(state.resolve("pki/ca.pem")));
            others.put(name(SetupFile.CLUSTER_AUTHORITY_KEY), Files.readString(state.resolve("pki/ca.key")));
            others.put(name(SetupFile.CLUSTER_SECRETS), Files.readString(state.resolve("pki/secrets.key")));
            others.put(name(SetupFile.MANAGER), others.getOrDefault(name(SetupFile.MANAGER_PAIR), ""));
            machines.second().perform(Task.INSTALL, others);
            machines.arbiter().perform(Task.INSTALL, arbiterFiles(plan(first, second, FIRST_PRIORITY)));
        } finally {
            NodeJournal.empty(keys);
            Files.deleteIfExists(keys);
        }
    }

    private static String name(SetupFile file) {
        return file.name().toLowerCase(Locale.ROOT);
    }

    private NodePlan plan(NodeFacts own, NodeFacts other, int priority) throws IOException, InterruptedException {
        VirtualAddress vip = VirtualAddress.parse(request.vip(), own.networkInterface());
        int last = Integer.parseInt(vip.address().substring(vip.address().lastIndexOf('.') + 1));
        Optional<String> gateway = request.gateway().isPresent() ? request.gateway() : FactFinder.gateway();
        return new NodePlan(
                own.name(),
                own.address(),
                other.address(),
                request.arbiter(),
                gateway.orElse(""),
                vip,
                priority,
                Math.max(1, last),
                NodePlan.GROUP,
                node.databaseSizes(),
                NodePlan.Timing.TUNED);
    }

    private Map<String, String> files(NodeFacts own, NodeFacts other, int priority, Path keys)
            throws IOException, InterruptedException {
        NodePlan plan = plan(own, other, priority);
        TemplateRenderer renderer =
                new TemplateRenderer(node.run().toString(), node.scripts().toString());
        ManagerFile manager = ManagerFile.read(node.managerConfiguration());
        List<String> addresses = priority == FIRST_PRIORITY
                ? List.of(own.address(), other.address())
                : List.of(other.address(), own.address());
        Map<String, String> files = new HashMap<>();
        Configuration.render(plan, renderer).forEach((file, text) -> files.put(name(file), text));
        int port = manager.port("listen", 7480);
        files.put(
                name(SetupFile.SUPERVISOR),
                renderer.render(Template.SUPERVISOR_PROPERTIES, plan) + "manager.status.url=http://127.0.0.1:" + port
                        + "/api/v1/status\n");
        files.put(name(SetupFile.MANAGER_PAIR), manager.paired(own.name(), addresses));
        files.put(name(SetupFile.DATABASE_PASSWORD), password);
        files.put(name(SetupFile.SUPERVISOR_AUTHORITY), Files.readString(keys.resolve("ca.pem")));
        files.put(name(SetupFile.SUPERVISOR_CERTIFICATE), Files.readString(keys.resolve(own.name() + ".pem")));
        files.put(name(SetupFile.SUPERVISOR_KEY), Files.readString(keys.resolve(own.name() + ".key")));
        files.put(name(SetupFile.SUPERVISOR_ALIVE), Template.SUPERVISOR_ALIVE.read());
        files.put(name(SetupFile.SUPERVISOR_UNIT), renderer.render(Template.SUPERVISOR_UNIT, plan));
        return files;
    }

    private Map<String, String> arbiterFiles(NodePlan plan) {
        TemplateRenderer renderer =
                new TemplateRenderer(node.run().toString(), node.scripts().toString());
        return Map.of(
                name(SetupFile.ARBITER), renderer.render(Template.GARB, plan),
                name(SetupFile.ARBITER_UNIT), renderer.render(Template.GARB_UNIT, plan));
    }

    private void arbiter() throws IOException, InterruptedException {
        machines.arbiter().perform(Task.ARBITER_START, Map.of());
        await("the arbiter is a member of the database's group", KEYS_LIMIT, () -> members(machines.first()) == 2);
    }

    private static int members(NodeHands machine) throws IOException, InterruptedException {
        return number(machine.perform(Task.DATABASE_STATE, Map.of()), "wsrep_cluster_size");
    }

    private static int number(Map<String, String> state, String key) {
        return Integer.parseInt(state.getOrDefault(key, "0"));
    }

    private void secondDatabase() throws IOException, InterruptedException {
        machines.second().perform(Task.DATABASE_JOIN, Map.of());
        await("the other node's database is in sync with three members", COPY_LIMIT, () -> {
            Map<String, String> state = machines.second().perform(Task.DATABASE_STATE, Map.of());
            if (state.getOrDefault("alive", "").equals("false")) {
                throw new IOException("the other node's database has ended; see its log");
            }
            return LocalHands.serves(state) && number(state, "wsrep_cluster_size") == VOTES;
        });
        machines.second().perform(Task.DATABASE_FLUSH, Map.of());
    }

    private void copy() throws IOException, InterruptedException {
        Map<String, String> told = machines.first().perform(Task.COPY, Map.of());
        progress.detail(SetupStep.COPY, told.getOrDefault("detail", ""));
        int committed = number(machines.first().perform(Task.DATABASE_STATE, Map.of()), "wsrep_last_committed");
        await(
                "the other node has the copied state too",
                KEYS_LIMIT,
                () -> number(machines.second().perform(Task.DATABASE_STATE, Map.of()), "wsrep_last_committed")
                        >= committed);
    }

    private void firstManager() throws IOException, InterruptedException {
        supervised = true;
        machines.first().perform(Task.SUPERVISE, Map.of());
        await(
                "this node's manager leads",
                LEADS_WITHIN,
                () -> NodeWord.of(machines.first()).leads());
    }

    private void secondManager() throws IOException, InterruptedException {
        machines.second().perform(Task.SUPERVISE, Map.of());
        await(
                "both nodes are fit, one leads and the other stands by",
                STANDS_BY_WITHIN,
                () -> NodeWord.of(machines.first()).fit()
                        && NodeWord.of(machines.second()).standsBy());
    }

    private void vip() throws IOException, InterruptedException {
        await(
                "exactly one node holds the virtual IP",
                VIP_WITHIN,
                () -> NodeWord.of(machines.first()).held()
                        != NodeWord.of(machines.second()).held());
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private static void await(String what, Duration limit, Condition condition)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("not within " + limit.toSeconds() + " s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    // And back

    private void undo(SetupStep failed) throws IOException, InterruptedException {
        if (supervised) {
            String holder = machines.first().perform(Task.PAUSE, Map.of()).getOrDefault("holder", "unknown");
            if (!holder.isEmpty()) {
                copyBack(failed);
                return;
            }
        }
        // The others first: what still ran there must not find this node's single manager leading beside it.
        List<String> left = new ArrayList<>();
        clean(machines.second(), request.peer(), left);
        clean(machines.arbiter(), request.arbiter(), left);
        machines.first().perform(Task.RESTORE, Map.of());
        machines.first().perform(Task.WIPE, Map.of());
        ended(failed, left);
    }

    private void copyBack(SetupStep failed) throws IOException, InterruptedException {
        Disable back = new Disable(machines, progress, node, Optional.empty());
        if (back.quietly()) {
            ended(failed, List.of());
        } else {
            progress.end(
                    SetupProgress.State.FAILED,
                    "The step \"" + failed.english()
                            + "\" failed, and the state could not be copied back: this node serves as one of a pair. See \"holdfast ha status\" and the alarms; \"holdfast ha disable\" tries again to go back",
                    "步骤“" + failed.chinese()
                            + "”失败，且状态无法复制回来：本节点作为双节点之一提供服务。请查看 \"holdfast ha status\" 和告警；\"holdfast ha disable\" 可再次尝试还原");
        }
    }

    private static void clean(NodeHands machine, String address, List<String> left) throws InterruptedException {
        try {
            machine.perform(Task.RESTORE, Map.of());
            machine.perform(Task.WIPE, Map.of());
        } catch (IOException e) {
            left.add(address);
        }
    }

    private void ended(SetupStep failed, List<String> left) throws IOException {
        String more = left.isEmpty()
                ? ""
                : "; type \"holdfast-supervisor undo\" on " + String.join(" and ", left)
                        + ", which did not answer any more";
        String chinese =
                left.isEmpty() ? "" : "；请在已无响应的 " + String.join("、", left) + " 上执行 \"holdfast-supervisor undo\"";
        progress.end(
                SetupProgress.State.ROLLED_BACK,
                "The step \"" + failed.english() + "\" failed; everything is as before, and this node serves alone"
                        + more,
                "步骤“" + failed.chinese() + "”失败；一切恢复如初，本节点单独提供服务" + chinese);
    }
}
