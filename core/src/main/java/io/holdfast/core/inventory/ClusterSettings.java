package io.holdfast.core.inventory;

import io.holdfast.core.policy.PolicyTable;

/**
 * Settings of a cluster.
 *
 * @param lease times of the host lease; must hold the inequality of safety argument, section 4
 * @param policy what happens when planes fail (section 7)
 * @param brake brake on mass failures (section 5)
 * @param reportIntervalMillis h: agents report this often
 * @param missedReports silence alone decides nothing before this many missed reports, at least 3 (section 5)
 * @param connectGraceMillis how long a manager that began to lead waits for a host's first report before it suspects it, at least 5000
 * @param cpuOvercommit virtual cores per physical core, at least 0.1
 * @param memoryOvercommit VM memory per host memory, at least 0.1; 1.0 is none
 * @param startsPerHost at most this many VM starts under way on one host (boot storm)
 * @param startTimeoutMillis a start without an answer is sent again (same operation) after this
 * @param acceptLeaseWithoutWatchdog accept {@code LeaseExpired} from hosts without an armed watchdog (the weaker bound of section 4)
 * @param score how hosts are compared
 * @param shutdownPolicy what an orderly shutdown of a host does
 * @param haMode whether HA acts
 * @param degradedAction what happens to the VMs of a host of which a plane is degraded
 */
public record ClusterSettings(
        LeaseProfile lease,
        PolicyTable policy,
        Brake brake,
        int reportIntervalMillis,
        int missedReports,
        int connectGraceMillis,
        double cpuOvercommit,
        double memoryOvercommit,
        int startsPerHost,
        int startTimeoutMillis,
        boolean acceptLeaseWithoutWatchdog,
        PlacementScore score,
        ShutdownPolicy shutdownPolicy,
        HaMode haMode,
        DegradedAction degradedAction) {
    /** Settings under which a degraded plane is an alarm only. */
    public ClusterSettings(
            LeaseProfile lease,
            PolicyTable policy,
            Brake brake,
            int reportIntervalMillis,
            int missedReports,
            int connectGraceMillis,
            double cpuOvercommit,
            double memoryOvercommit,
            int startsPerHost,
            int startTimeoutMillis,
            boolean acceptLeaseWithoutWatchdog,
            PlacementScore score,
            ShutdownPolicy shutdownPolicy,
            HaMode haMode) {
        this(
                lease,
                policy,
                brake,
                reportIntervalMillis,
                missedReports,
                connectGraceMillis,
                cpuOvercommit,
                memoryOvercommit,
                startsPerHost,
                startTimeoutMillis,
                acceptLeaseWithoutWatchdog,
                score,
                shutdownPolicy,
                haMode,
                DegradedAction.ALARM);
    }

    /** What a new cluster gets. */
    public static final ClusterSettings DEFAULT = new ClusterSettings(
            LeaseProfile.STANDARD,
            PolicyTable.DEFAULT,
            Brake.DEFAULT,
            500,
            3,
            5000,
            4.0,
            1.0,
            4,
            10_000,
            false,
            PlacementScore.CONFIGURED_SIZE,
            ShutdownPolicy.CONDITIONAL,
            HaMode.ACTIVE);

    /** These settings with other lease times. */
    public ClusterSettings withLease(LeaseProfile other) {
        return new ClusterSettings(
                other,
                policy,
                brake,
                reportIntervalMillis,
                missedReports,
                connectGraceMillis,
                cpuOvercommit,
                memoryOvercommit,
                startsPerHost,
                startTimeoutMillis,
                acceptLeaseWithoutWatchdog,
                score,
                shutdownPolicy,
                haMode,
                degradedAction);
    }

    /** These settings with another policy table. */
    public ClusterSettings withPolicy(PolicyTable other) {
        return new ClusterSettings(
                lease,
                other,
                brake,
                reportIntervalMillis,
                missedReports,
                connectGraceMillis,
                cpuOvercommit,
                memoryOvercommit,
                startsPerHost,
                startTimeoutMillis,
                acceptLeaseWithoutWatchdog,
                score,
                shutdownPolicy,
                haMode,
                degradedAction);
    }

    /** These settings with another HA mode. */
    public ClusterSettings withHaMode(HaMode other) {
        return new ClusterSettings(
                lease,
                policy,
                brake,
                reportIntervalMillis,
                missedReports,
                connectGraceMillis,
                cpuOvercommit,
                memoryOvercommit,
                startsPerHost,
                startTimeoutMillis,
                acceptLeaseWithoutWatchdog,
                score,
                shutdownPolicy,
                other,
                degradedAction);
    }

    /** These settings with or without the weaker bound for hosts without a watchdog. */
    public ClusterSettings withAcceptLeaseWithoutWatchdog(boolean other) {
        return new ClusterSettings(
                lease,
                policy,
                brake,
                reportIntervalMillis,
                missedReports,
                connectGraceMillis,
                cpuOvercommit,
                memoryOvercommit,
                startsPerHost,
                startTimeoutMillis,
                other,
                score,
                shutdownPolicy,
                haMode,
                degradedAction);
    }

    /** These settings with another shutdown policy. */
    public ClusterSettings withShutdownPolicy(ShutdownPolicy other) {
        return new ClusterSettings(
                lease,
                policy,
                brake,
                reportIntervalMillis,
                missedReports,
                connectGraceMillis,
                cpuOvercommit,
                memoryOvercommit,
                startsPerHost,
                startTimeoutMillis,
                acceptLeaseWithoutWatchdog,
                score,
                other,
                haMode,
                degradedAction);
    }

    /** These settings with another limit of starts per host. */
    public ClusterSettings withStartsPerHost(int other) {
        return new ClusterSettings(
                lease,
                policy,
                brake,
                reportIntervalMillis,
                missedReports,
                connectGraceMillis,
                cpuOvercommit,
                memoryOvercommit,
                other,
                startTimeoutMillis,
                acceptLeaseWithoutWatchdog,
                score,
                shutdownPolicy,
                haMode,
                degradedAction);
    }

    /** These settings with another placement score. */
    public ClusterSettings withScore(PlacementScore other) {
        return new ClusterSettings(
                lease,
                policy,
                brake,
                reportIntervalMillis,
                missedReports,
                connectGraceMillis,
                cpuOvercommit,
                memoryOvercommit,
                startsPerHost,
                startTimeoutMillis,
                acceptLeaseWithoutWatchdog,
                other,
                shutdownPolicy,
                haMode,
                degradedAction);
    }

    /** These settings with something else done about degraded planes. */
    public ClusterSettings withDegradedAction(DegradedAction other) {
        return new ClusterSettings(
                lease,
                policy,
                brake,
                reportIntervalMillis,
                missedReports,
                connectGraceMillis,
                cpuOvercommit,
                memoryOvercommit,
                startsPerHost,
                startTimeoutMillis,
                acceptLeaseWithoutWatchdog,
                score,
                shutdownPolicy,
                haMode,
                other);
    }

    /** These settings with another number of missed reports before silence counts. */
    public ClusterSettings withMissedReports(int other) {
        return new ClusterSettings(
                lease,
                policy,
                brake,
                reportIntervalMillis,
                other,
                connectGraceMillis,
                cpuOvercommit,
                memoryOvercommit,
                startsPerHost,
                startTimeoutMillis,
                acceptLeaseWithoutWatchdog,
                score,
                shutdownPolicy,
                haMode,
                degradedAction);
    }

    /** These settings with another brake on mass failures. */
    public ClusterSettings withBrake(Brake other) {
        return new ClusterSettings(
                lease,
                policy,
                other,
                reportIntervalMillis,
                missedReports,
                connectGraceMillis,
                cpuOvercommit,
                memoryOvercommit,
                startsPerHost,
                startTimeoutMillis,
                acceptLeaseWithoutWatchdog,
                score,
                shutdownPolicy,
                haMode,
                degradedAction);
    }

    /** These settings with other overcommit ratios. */
    public ClusterSettings withOvercommit(double cpu, double memory) {
        return new ClusterSettings(
                lease,
                policy,
                brake,
                reportIntervalMillis,
                missedReports,
                connectGraceMillis,
                cpu,
                memory,
                startsPerHost,
                startTimeoutMillis,
                acceptLeaseWithoutWatchdog,
                score,
                shutdownPolicy,
                haMode,
                degradedAction);
    }

    /** These settings with another time after which a start is sent again. */
    public ClusterSettings withStartTimeoutMillis(int other) {
        return new ClusterSettings(
                lease,
                policy,
                brake,
                reportIntervalMillis,
                missedReports,
                connectGraceMillis,
                cpuOvercommit,
                memoryOvercommit,
                startsPerHost,
                other,
                acceptLeaseWithoutWatchdog,
                score,
                shutdownPolicy,
                haMode,
                degradedAction);
    }
}
