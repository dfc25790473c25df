package io.holdfast.manager;

import io.holdfast.core.Event;
import io.holdfast.core.inventory.HostId;
import io.holdfast.manager.link.AgentListener;
import io.holdfast.manager.link.AgentReports;
import io.holdfast.protocol.agent.CommandResult;
import io.holdfast.protocol.agent.Hello;
import io.holdfast.protocol.agent.Report;
import io.holdfast.protocol.agent.Welcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings what agents say into the loop of their cluster. */
final class AgentRouter implements AgentListener {
    private static final Logger LOG = LoggerFactory.getLogger(AgentRouter.class);

    private final Welcomes welcomes;
    private final Clusters clusters;
    private final DatastoreProbe probe;
    private final ArbiterSights arbiters;
    private volatile @Nullable CommandRunner runner;

    AgentRouter(Welcomes welcomes, Clusters clusters, DatastoreProbe probe, ArbiterSights arbiters) {
        this.arbiters = arbiters;
        this.welcomes = welcomes;
        this.clusters = clusters;
        this.probe = probe;
    }

    /** Results before this are of an older process and void. */
    void results(CommandRunner to) {
        runner = to;
    }

    @Override
    public void reached(String hostId, String address) {
        welcomes.reached(hostId, address);
    }

    @Override
    public @Nullable Welcome welcome(String hostId, Hello hello) {
        HostId id = new HostId(hostId);
        return clusters.of(id).map(loop -> welcomes.of(loop.state(), id)).orElse(null);
    }

    @Override
    public void connected(String hostId, Hello hello) {
        HostId id = new HostId(hostId);
        LOG.info("Agent of {} connected: boot {}, start {}", hostId, hello.getBootId(), hello.getAgentStart());
        clusters.of(id)
                .ifPresent(loop -> loop.learn(now -> new Event.HostConnected(now, id, AgentReports.hello(hello))));
    }

    @Override
    public void reported(String hostId, Report report) {
        HostId id = new HostId(hostId);
        if (report.hasArbiter()) {
            arbiters.seen(id, report.getArbiter());
        }
        var translated = AgentReports.report(report);
        clusters.of(id).ifPresent(loop -> loop.learn(now -> new Event.HostReported(now, id, translated)));
    }

    @Override
    public void resulted(String hostId, CommandResult result) {
        if (probe.resulted(hostId, result)) {
            return;
        }
        HostId id = new HostId(hostId);
        CommandRunner to = runner;
        if (to != null) {
            clusters.of(id).ifPresent(loop -> to.resulted(loop, id, result));
        }
    }

    @Override
    public void disconnected(String hostId) {
        HostId id = new HostId(hostId);
        LOG.info("Agent of {} disconnected", hostId);
        clusters.of(id).ifPresent(loop -> loop.learn(now -> new Event.HostDisconnected(now, id)));
    }
}
