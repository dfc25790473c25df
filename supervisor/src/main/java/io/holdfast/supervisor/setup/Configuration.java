package io.holdfast.supervisor.setup;

import io.holdfast.supervisor.NodePlan;
import io.holdfast.supervisor.Programs;
import io.holdfast.supervisor.ServiceControl;
import io.holdfast.supervisor.SupervisorSettings;
import io.holdfast.supervisor.SupervisorSettings.Control;
import io.holdfast.supervisor.Template;
import io.holdfast.supervisor.TemplateRenderer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this version makes of its templates on a node of a pair: keepalived's and the database's configuration. An upgrade has the version that it
 * changes to render them anew from what the node knows of itself; a service is started anew only where its text has changed. Going back is the same with
 * the former version.
 *
 * <p>Only on a node that doesn't lead: the database of a leader must not be restarted.
 */
final class Configuration {

    private static final Duration SYSTEMD_LIMIT = Duration.ofSeconds(30);
    /** Leaving the group in order costs the other node no pause, and the database comes back without a full copy. */
    private static final Duration DATABASE_GRACE = Duration.ofSeconds(30);

    private static final Pattern PRIORITY = Pattern.compile("(?m)^\\s*priority\\s+(\\d{1,3})\\s*$");
    private static final Pattern ROUTER_ID = Pattern.compile("(?m)^\\s*virtual_router_id\\s+(\\d{1,3})\\s*$");
    private static final Map<SetupFile, Template> TEMPLATES = Map.of(
            SetupFile.KEEPALIVED, Template.KEEPALIVED,
            SetupFile.KEEPALIVED_UNIT, Template.KEEPALIVED_UNIT,
            SetupFile.GALERA, Template.GALERA,
            SetupFile.MARIADB_UNIT, Template.MARIADB_UNIT);
    private static final String KEEPALIVED = "keepalived";
    private static final String DATABASE = "database";
    private static final Set<SetupFile> OF_KEEPALIVED = Set.of(SetupFile.KEEPALIVED, SetupFile.KEEPALIVED_UNIT);

    private final NodeSettings node;
    private final NodeJournal journal;
    private final Path due;

    Configuration(NodeSettings node) {
        this.node = node;
        this.journal = new NodeJournal(node.state());
        this.due = node.state().resolve("restart-due");
    }

    /** The files of a node with that plan. */
    static Map<SetupFile, String> render(NodePlan plan, TemplateRenderer renderer) {
        Map<SetupFile, String> files = new EnumMap<>(SetupFile.class);
        TEMPLATES.forEach((file, template) -> files.put(file, renderer.render(template, plan)));
        return files;
    }

    /** The files that are not as this version wants them, with their new text; none on a single node. */
    Map<SetupFile, String> changed() throws IOException {
        Map<SetupFile, String> changed = new EnumMap<>(SetupFile.class);
        if (!Files.exists(node.supervisorConfiguration())) {
            return changed;
        }
        TemplateRenderer renderer =
                new TemplateRenderer(node.run().toString(), node.scripts().toString());
        for (Map.Entry<SetupFile, String> file : render(plan(), renderer).entrySet()) {
            Optional<Path> path = file.getKey().on(node);
            if (path.isPresent() && !text(path.get()).equals(file.getValue())) {
                changed.put(file.getKey(), file.getValue());
            }
        }
        return changed;
    }

    private static String text(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /** As it was given to this node when the pair was made. */
    private NodePlan plan() throws IOException {
        SupervisorSettings settings = SupervisorSettings.read(node.supervisorConfiguration());
        String keepalived = text(node.keepalivedConfiguration());
        return new NodePlan(
                settings.node(),
                settings.listen().getHostString(),
                settings.peer().getHostString(),
                settings.arbiter().getHostString(),
                settings.gateway().orElse(""),
                settings.vip(),
                number(PRIORITY, keepalived, "priority"),
                number(ROUTER_ID, keepalived, "virtual_router_id"),
                NodePlan.GROUP,
                node.databaseSizes(),
                NodePlan.Timing.TUNED);
    }

    private int number(Pattern pattern, String text, String what) throws IOException {
        Matcher number = pattern.matcher(text);
        if (!number.find()) {
            throw new IOException(
                    node.keepalivedConfiguration() + " has no line '" + what
                            + " NUMBER', as ha enable writes it; put it back there, the two nodes' must differ only in priority");
        }
        return Integer.parseInt(number.group(1));
    }

    /**
     * Writes what has changed and starts anew what uses it. What is to be started anew is on the disk before the first file is, so that an interrupted call is
     * completed by the next one.
     *
     * @return the files that were written
     */
    List<SetupFile> apply() throws IOException, InterruptedException {
        Map<SetupFile, String> changed = changed();
        Set<String> restarts = new TreeSet<>(text(due).lines().toList());
        changed.keySet().forEach(file -> restarts.add(OF_KEEPALIVED.contains(file) ? KEEPALIVED : DATABASE));
        if (restarts.isEmpty()) {
            return List.of();
        }
        Files.write(due, restarts);
        for (Map.Entry<SetupFile, String> file : changed.entrySet()) {
            journal.write(file.getKey(), file.getKey().on(node).orElseThrow(), file.getValue());
        }
        reloadUnits(node);
        if (restarts.contains(KEEPALIVED)) {
            ServiceControl keepalived = node.keepalived().control(KEEPALIVED, node.run());
            keepalived.end();
            keepalived.start(List.of());
        }
        if (restarts.contains(DATABASE)) {
            // Not started here: how it starts is the supervisor's to decide.
            ServiceControl database = node.database().control(DATABASE, node.run());
            database.ask(DATABASE_GRACE);
            if (database.alive()) {
                database.end();
            }
        }
        Files.delete(due);
        return List.copyOf(changed.keySet());
    }

    /** Has systemd read units and drop-ins anew, where something is one. */
    static void reloadUnits(NodeSettings node) throws IOException, InterruptedException {
        boolean units = List.of(node.database(), node.keepalived(), node.supervisor(), node.arbiter()).stream()
                .anyMatch(Control.Unit.class::isInstance);
        if (units && Files.isDirectory(Path.of("/run/systemd/system"))) {
            Programs.check(SYSTEMD_LIMIT, List.of("systemctl", "daemon-reload"));
        }
    }
}
