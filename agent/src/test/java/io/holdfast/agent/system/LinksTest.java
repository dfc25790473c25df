package io.holdfast.agent.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.agent.system.Links.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On folders like sysfs and procfs: the kernel of a build machine mostly has no bonds. */
class LinksTest {
    private static final long S = 1_000_000_000L;

    @TempDir
    Path root;

    private Path interfaces;
    private Path bonds;
    private Links links;

    @BeforeEach
    void folders() throws IOException {
        interfaces = Files.createDirectories(root.resolve("class/net"));
        bonds = Files.createDirectories(root.resolve("bonding"));
        links = new Links(interfaces, bonds);
        // A VLAN on a bridge on a bond.
        for (String path : new String[] {"vlan7/lower_br0", "br0/lower_bond0", "bond0/lower_eth0", "eth0/device"}) {
            Files.createDirectories(interfaces.resolve(path));
        }
        bond("up");
    }

    private void bond(String second) throws IOException {
        Files.writeString(bonds.resolve("bond0"), """
                Bonding Mode: fault-tolerance (active-backup)
                MII Status: up

                Slave Interface: eth0
                MII Status: up

                Slave Interface: eth1
                MII Status: %s
                """.formatted(second));
    }

    private void counters(String name, long packets, long errors) throws IOException {
        Path statistics = Files.createDirectories(interfaces.resolve(name).resolve("statistics"));
        Files.writeString(statistics.resolve("rx_packets"), packets + "\n");
        Files.writeString(statistics.resolve("tx_packets"), "0\n");
        Files.writeString(statistics.resolve("rx_errors"), errors + "\n");
        Files.writeString(statistics.resolve("tx_errors"), "0\n");
    }

    @Test
    void bondBelowAnUplinkIsSeen() throws IOException {
        assertThat(links.look("vlan7", S).kind()).isEqualTo(Kind.NONE);
        bond("down");
        assertThat(links.look("vlan7", S)).isEqualTo(new Links.Trouble(Kind.MEMBER_DOWN, "eth1"));
        assertThat(links.look("bond0", S).kind()).isEqualTo(Kind.MEMBER_DOWN);
        assertThat(links.look("eth0", S).kind()).as("nothing stands below it").isEqualTo(Kind.NONE);
    }

    @Test
    void manyErrorsAreSeen() throws IOException {
        counters("eth0", 1000, 0);
        assertThat(links.look("eth0", S).kind()).isEqualTo(Kind.NONE);
        counters("eth0", 11_000, 100);
        Links.Trouble trouble = links.look("eth0", 12 * S);
        assertThat(trouble.kind()).isEqualTo(Kind.ERRORS);
        assertThat(trouble.detail()).endsWith("/ 1000000");
    }

    @Test
    void interfaceThatIsGoneIsNoTroubleOfThisKind() {
        assertThat(links.look("nowhere", S).kind()).isEqualTo(Kind.NONE);
    }
}
