package io.holdfast.supervisor.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.supervisor.NodePlan;
import io.holdfast.supervisor.ServiceControl;
import io.holdfast.supervisor.Template;
import io.holdfast.supervisor.TemplateRenderer;
import io.holdfast.supervisor.VirtualAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an upgrade makes of the templates: real files; the services are processes that sleep, in the place of keepalived and the database. */
final class ConfigurationTest {

    private static final NodePlan PLAN = new NodePlan(
            "mn2",
            "10.0.0.12",
            "10.0.0.11",
            "10.0.0.13",
            "",
            new VirtualAddress("10.0.0.77", 24, "eth7"),
            253,
            77,
            NodePlan.GROUP,
            NodePlan.Sizes.SMALL,
            NodePlan.Timing.TUNED);

    @TempDir
    private Path folder;

    private NodeSettings node;
    private ServiceControl keepalived;
    private ServiceControl database;
    private String keepalivedBefore;
    private String databaseBefore;

    @BeforeEach
    void nodeOfAPair() throws Exception {
        Path file = folder.resolve("node.properties");
        Files.writeString(
                file,
                "manager.service=command:/bin/true\ndatabase.service=command:sleep 1000\nkeepalived.service=command:sleep 1000\n"
                        + "supervisor.service=command:/bin/true\narbiter.service=command:/bin/true\ndatabase.memory=small\netc.dir="
                        + folder + "/etc\nstate.dir=" + folder + "/state\nrun.dir=" + folder + "/run\nscripts.dir="
                        + folder + "/bin\nkeepalived.configuration=" + folder
                        + "/etc/keepalived.conf\ndatabase.configuration=" + folder + "/etc/galera.cnf\n");
        node = NodeSettings.read(file);
        Files.createDirectories(node.run());
        Files.createDirectories(node.etc());
        Files.createDirectories(node.state());
        TemplateRenderer renderer =
                new TemplateRenderer(node.run().toString(), node.scripts().toString());
        Files.writeString(node.supervisorConfiguration(), renderer.render(Template.SUPERVISOR_PROPERTIES, PLAN));
        for (Map.Entry<SetupFile, String> each :
                Configuration.render(PLAN, renderer).entrySet()) {
            if (each.getKey().on(node).isPresent()) {
                Files.writeString(each.getKey().on(node).orElseThrow(), each.getValue());
            }
        }
        keepalived = node.keepalived().control("keepalived", node.run());
        database = node.database().control("database", node.run());
        keepalived.start(List.of());
        database.start(List.of());
        keepalivedBefore = process("keepalived");
        databaseBefore = process("database");
    }

    @AfterEach
    void end() throws Exception {
        keepalived.end();
        database.end();
    }

    private String process(String service) throws IOException {
        return Files.readString(node.run().resolve(service + ".pid"));
    }

    private String make(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
        return text;
    }

    private List<SetupFile> apply() throws Exception {
        return new Configuration(node).apply();
    }

    @Test
    void whereTheTextIsTheSameNothingIsTouched() throws Exception {
        assertThat(apply()).isEmpty();
        assertThat(process("keepalived")).isEqualTo(keepalivedBefore);
        assertThat(database.alive()).isTrue();
    }

    @Test
    void keepalivedAloneIsStartedAnewWhereItsTextHasChanged() throws Exception {
        String ours = make(node.keepalivedConfiguration(), "vrrp_garp_master_repeat 3", "vrrp_garp_master_repeat 5");
        assertThat(new Configuration(node).changed()).containsOnlyKeys(SetupFile.KEEPALIVED);
        assertThat(process("keepalived")).as("asking changes nothing").isEqualTo(keepalivedBefore);
        assertThat(apply()).containsExactly(SetupFile.KEEPALIVED);
        assertThat(node.keepalivedConfiguration())
                .as("with what is this node's own: priority, router id, addresses")
                .hasContent(ours);
        assertThat(process("keepalived")).isNotEqualTo(keepalivedBefore);
        assertThat(keepalived.alive()).isTrue();
        assertThat(process("database")).isEqualTo(databaseBefore);
        assertThat(database.alive()).isTrue();
        assertThat(apply()).as("once").isEmpty();
    }

    @Test
    void theDatabaseIsEndedForTheSupervisorToStartWhereItsTextHasChanged() throws Exception {
        String ours = make(node.databaseConfiguration(), "max_connections = 100", "max_connections = 90");
        assertThat(apply()).containsExactly(SetupFile.GALERA);
        assertThat(node.databaseConfiguration()).hasContent(ours);
        assertThat(database.alive()).isFalse();
        assertThat(process("keepalived")).isEqualTo(keepalivedBefore);
        assertThat(keepalived.alive()).isTrue();
    }

    @Test
    void whatAnInterruptedCallHasLeftIsStartedAnew() throws Exception {
        Files.writeString(node.state().resolve("restart-due"), "database\nof another version\n");
        assertThat(apply()).isEmpty();
        assertThat(database.alive()).isFalse();
        assertThat(process("keepalived")).isEqualTo(keepalivedBefore);
        assertThat(node.state().resolve("restart-due")).doesNotExist();
    }

    @Test
    void whatCannotBeMadeIsToldBeforeAnythingIsTouched() throws Exception {
        make(node.keepalivedConfiguration(), "priority 253", "");
        make(node.databaseConfiguration(), "max_connections = 100", "max_connections = 90");
        assertThatThrownBy(this::apply)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(node.keepalivedConfiguration() + " has no line 'priority NUMBER'");
        assertThat(database.alive()).isTrue();
        assertThat(Files.readString(node.databaseConfiguration())).contains("max_connections = 90");
    }

    @Test
    void aSingleNodeHasNone() throws Exception {
        Files.delete(node.supervisorConfiguration());
        Files.delete(Objects.requireNonNull(node.keepalivedConfiguration()));
        assertThat(apply()).isEmpty();
        assertThat(node.keepalivedConfiguration()).doesNotExist();
    }
}
