package io.holdfast.agent.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The form is that of the kernel's documentation of bonding and of drivers/net/bonding/bond_procfs.c (Linux 6.1). */
class BondTest {
    private static String lacp(String partner, String secondStatus, String secondAggregator) {
        return """
                Ethernet Channel Bonding Driver: v6.1.0

                Bonding Mode: IEEE 802.3ad Dynamic link aggregation
                Transmit Hash Policy: layer2 (0)
                MII Status: up
                MII Polling Interval (ms): 100
                Up Delay (ms): 0
                Down Delay (ms): 0
                Peer Notification Delay (ms): 0

                802.3ad info
                LACP active: on
                LACP rate: slow
                Min links: 0
                Aggregator selection policy (ad_select): stable
                System priority: 65535
                System MAC address: 52:54:00:aa:00:01
                Active Aggregator Info:
                \tAggregator ID: 1
                \tNumber of ports: 2
                \tActor Key: 15
                \tPartner Key: 32772
                \tPartner Mac Address: %s

                Slave Interface: eth0
                MII Status: up
                Speed: 10000 Mbps
                Duplex: full
                Link Failure Count: 0
                Permanent HW addr: 52:54:00:aa:00:01
                Slave queue ID: 0
                Aggregator ID: 1
                Actor Churn State: none
                Partner Churn State: none
                Actor Churned Count: 0
                Partner Churned Count: 0
                details actor lacp pdu:
                    system priority: 65535
                    system mac address: 52:54:00:aa:00:01
                    port key: 15
                details partner lacp pdu:
                    system priority: 127
                    system mac address: 02:11:22:33:44:55
                    oper key: 32772

                Slave Interface: eth1
                MII Status: %s
                Speed: 10000 Mbps
                Duplex: full
                Link Failure Count: 1
                Permanent HW addr: 52:54:00:aa:00:02
                Slave queue ID: 0
                Aggregator ID: %s
                """.formatted(partner, secondStatus, secondAggregator);
    }

    @Test
    void soundBondHasEveryMemberAndItsPartner() {
        Bond bond = Bond.of(lacp("02:11:22:33:44:55", "up", "1"));
        assertThat(bond.lacp()).isTrue();
        assertThat(bond.partner()).isTrue();
        assertThat(bond.members()).extracting(Bond.Member::name).containsExactly("eth0", "eth1");
        assertThat(bond.idle()).isEmpty();
    }

    @Test
    void memberThatIsDownIsNamed() {
        assertThat(Bond.of(lacp("02:11:22:33:44:55", "down", "1")).idle()).containsExactly("eth1");
        assertThat(Bond.of(lacp("02:11:22:33:44:55", "going down", "1")).idle()).containsExactly("eth1");
    }

    @Test
    void memberOutsideTheAggregatorInUseDoesNotCarry() {
        assertThat(Bond.of(lacp("02:11:22:33:44:55", "up", "2")).idle()).containsExactly("eth1");
    }

    @Test
    void partnerWithoutAnAddressIsNone() {
        Bond bond = Bond.of(lacp("00:00:00:00:00:00", "up", "1"));
        assertThat(bond.partner()).isFalse();
    }

    @Test
    void activeBackupHasNoPartnerToMiss() {
        Bond bond = Bond.of("""
                Ethernet Channel Bonding Driver: v6.1.0

                Bonding Mode: fault-tolerance (active-backup)
                Primary Slave: None
                Currently Active Slave: eth0
                MII Status: up
                MII Polling Interval (ms): 100

                Slave Interface: eth0
                MII Status: up
                Speed: 1000 Mbps

                Slave Interface: eth1
                MII Status: down
                Speed: Unknown
                """);
        assertThat(bond.partner()).isTrue();
        assertThat(bond.idle()).containsExactly("eth1");
    }

    @Test
    void textOfAnotherFormRaisesNoAlarm() {
        Bond bond = Bond.of("something else entirely\n");
        assertThat(bond.partner()).isTrue();
        assertThat(bond.idle()).isEmpty();
    }
}
