package io.holdfast.supervisor.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.supervisor.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken for an archive of the distribution. The tests run as root, as the product does. */
final class ArchiveTest {

    @TempDir
    private Path folder;

    private Path archive;

    @BeforeEach
    void anArchive() throws Exception {
        archive = folder.resolve("holdfast-0.2.0.tar.gz");
        sh("mkdir holdfast-0.2.0; echo 0.2.0 >holdfast-0.2.0/VERSION; echo 7 >holdfast-0.2.0/SCHEMA; tar -czf "
                + archive + " holdfast-0.2.0");
    }

    private void sh(String script) throws Exception {
        Programs.check(Duration.ofSeconds(20), List.of("sh", "-ec", "cd " + folder + "; " + script));
    }

    private void refused(String why) {
        assertThatThrownBy(() -> Versions.Archive.read(archive))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    @Test
    void itSaysWhatItIs() throws Exception {
        Versions.Archive read = Versions.Archive.read(archive);
        assertThat(read.version()).isEqualTo("0.2.0");
        assertThat(read.schema()).isEqualTo(7);
        assertThat(read.bytes()).isEqualTo(Files.size(archive));
        sh("echo '" + read.sha256() + "  " + archive + "' | sha256sum -c");
    }

    @Test
    void whatOthersThanRootCouldHaveWrittenIsRefused() throws Exception {
        sh("chmod 666 " + archive);
        refused("is not root's alone to write");
        sh("chmod 644 " + archive + "; chown nobody " + archive);
        refused("copy it to a folder of root's");
        sh("chown root " + archive + "; chmod 777 .");
        refused(folder + " is not root's alone");
        sh("chmod 1777 .");
        assertThat(Versions.Archive.read(archive).version())
                .as("a sticky folder, as /tmp is")
                .isEqualTo("0.2.0");
    }

    /** By way of a link it is the file behind it that counts. */
    @Test
    void aLinkDoesNotHideWhereItLies() throws Exception {
        sh("mkdir open; chmod 777 open; mv " + archive + " open/; ln -s open/holdfast-0.2.0.tar.gz " + archive);
        refused("open is not root's alone");
    }

    @Test
    void whatWouldLieElsewhereIsRefused() throws Exception {
        sh("echo x >outside; cd holdfast-0.2.0; tar -czPf " + archive
                + " --transform 's,^,holdfast-0.2.0/,' VERSION SCHEMA ../outside");
        refused("not what packaging/distribution.sh makes");
        Files.delete(archive);
        refused("no such file on this node");
    }

    @Test
    void aVersionOfAnotherFormIsRefused() throws Exception {
        sh("echo ../0.2.0 >holdfast-0.2.0/VERSION; tar -czf " + archive + " holdfast-0.2.0");
        refused("of the wrong form");
    }
}
