package io.holdfast.lab;

/**
 * What lab to build.
 *
 * @param hosts how many hypervisor hosts, 1 to 8
 * @param vms how many VMs, 1 to 32
 * @param bmc whether the hosts have a BMC in the inventory; without, only the lease is left as proof
 * @param profile lease profile of the cluster: {@code standard} or {@code fast}
 * @param pair two management nodes and an arbiter instead of one manager
 */
public record LabOptions(int hosts, int vms, boolean bmc, String profile, boolean pair) {

    static final String SINGLE = "single";
    static final String PAIR = "pair";

    static final int MOST_HOSTS = 8;
    static final int MOST_VMS = 32;
    /** W of the profiles, in milliseconds (safety argument, section 4). */
    private static final long STANDARD_WATCHDOG_MILLIS = 6_000;

    private static final long FAST_WATCHDOG_MILLIS = 3_000;

    /** Checked. @throws LabException naming the option that is wrong */
    public LabOptions {
        if (hosts < 1 || hosts > MOST_HOSTS) {
            throw new LabException("--hosts " + hosts + ": the lab builds 1 to " + MOST_HOSTS + " hosts");
        }
        if (vms < 1 || vms > MOST_VMS) {
            throw new LabException("--vms " + vms + ": the lab builds 1 to " + MOST_VMS + " virtual machines");
        }
        if (!profile.equals("standard") && !profile.equals("fast")) {
            throw new LabException("--profile " + profile + ": the lease profile is standard or fast");
        }
    }

    /** With one manager. */
    public LabOptions(int hosts, int vms, boolean bmc, String profile) {
        this(hosts, vms, bmc, profile, false);
    }

    /** The same with that management. @throws LabException when it is neither {@code single} nor {@code pair} */
    LabOptions with(String management) {
        if (!management.equals(SINGLE) && !management.equals(PAIR)) {
            throw new LabException("--management " + management + ": it is " + SINGLE + " or " + PAIR);
        }
        return new LabOptions(hosts, vms, bmc, profile, management.equals(PAIR));
    }

    /** The watchdogs' time-out W. */
    long watchdogMillis() {
        return profile.equals("fast") ? FAST_WATCHDOG_MILLIS : STANDARD_WATCHDOG_MILLIS;
    }
}
