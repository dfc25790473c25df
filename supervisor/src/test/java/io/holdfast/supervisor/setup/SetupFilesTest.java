package io.holdfast.supervisor.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.supervisor.SupervisorSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What set-up writes on a machine, and that it is as before once it is undone. */
class SetupFilesTest {

    @TempDir
    private Path folder;

    private NodeSettings node() throws IOException {
        Path file = folder.resolve("node.properties");
        Files.writeString(
                file,
                "manager.service=command:/bin/true\ndatabase.service=command:/bin/true\nkeepalived.service=command:/bin/true\n"
                        + "supervisor.service=command:/bin/true\narbiter.service=command:/bin/true\netc.dir=" + folder
                        + "/etc\nstate.dir=" + folder + "/state\nrun.dir=" + folder + "/run\nscripts.dir=" + folder
                        + "/bin\nmanager.state=" + folder + "/manager\nkeepalived.configuration=" + folder
                        + "/etc/keepalived.conf\ndatabase.configuration=" + folder + "/etc/galera.cnf\n");
        return NodeSettings.read(file);
    }

    @Test
    void whatWasThereIsThereAgainAndWhatWasNotIsGone() throws Exception {
        Path kept = folder.resolve("etc/keepalived.conf");
        Files.createDirectories(folder.resolve("etc"));
        Files.writeString(kept, "mine");
        LocalHands hands = new LocalHands(node());
        Map<String, String> files =
                Map.of("keepalived", "theirs", "supervisor_key", "secret", "nonsense", "nobody asks for it");
        hands.perform(Task.INSTALL, files);
        hands.perform(Task.INSTALL, Map.of("keepalived", "theirs, again"));
        Path key = folder.resolve("etc/supervisor-pki/key.pem");
        assertThat(kept).hasContent("theirs, again");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");

        hands.perform(Task.RESTORE, Map.of());
        hands.perform(Task.RESTORE, Map.of());
        assertThat(kept).hasContent("mine");
        assertThat(key).doesNotExist();
        hands.perform(Task.WIPE, Map.of());
        assertThat(new NodeJournal(folder.resolve("state")).any()).isFalse();
    }

    @Test
    void theManagersFileKeepsWhatIsItsOwnAndComesBackWithoutThePair() throws Exception {
        ManagerFile single = ManagerFile.parse(
                "manager.id=mn1\nstate=/s\nlisten=10.0.0.11:8480\nipmitool=/opt/ipmitool\nagent.listen=0.0.0.0:8443\n");
        ManagerFile pair = ManagerFile.parse(ManagerFile.parse(single.paired("mn1", List.of("10.0.0.11", "10.0.0.12")))
                .here(Path.of("/s"), Path.of("/p")));
        assertThat(pair.text("database", "")).isEqualTo("mariadb");
        assertThat(pair.text("advertise", "")).isEqualTo("10.0.0.11:8443,10.0.0.12:8443");
        assertThat(pair.text("listen", "")).isEqualTo("0.0.0.0:8480");
        assertThat(pair.text("ipmitool", "")).isEqualTo("/opt/ipmitool");
        assertThat(pair.text("database.password.file", "")).isEqualTo("/p");
        ManagerFile back = ManagerFile.parse(pair.single());
        assertThat(back.text("database", "")).isEmpty();
        assertThat(back.text("database.password.file", "")).isEmpty();
        assertThat(back.text("advertise", "")).isEmpty();
        assertThat(back.text("ipmitool", "")).isEqualTo("/opt/ipmitool");
    }

    @Test
    void aNodesFileWithAnUnknownEntryIsRefused() throws Exception {
        Path file = folder.resolve("wrong.properties");
        for (String wrong :
                List.of("nonsense=1", "vip=10.0.0.1/24", "database.memory=huge", "manager.service=reboot")) {
            Files.writeString(file, wrong + "\n");
            assertThatThrownBy(() -> NodeSettings.read(file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(file.toString());
        }
        assertThat(NodeSettings.read(folder.resolve("none")).database())
                .isEqualTo(new SupervisorSettings.Control.Unit("mariadb.service"));
    }
}
