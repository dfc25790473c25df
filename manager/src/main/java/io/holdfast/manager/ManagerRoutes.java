package io.holdfast.manager;

import io.holdfast.core.arbiter.ArbiterPlacement;
import io.holdfast.manager.lead.LeadershipView;
import io.holdfast.manager.lead.SupervisorWatch;
import io.holdfast.manager.link.AgentLink;
import io.holdfast.manager.pki.LazyAuthority;
import io.holdfast.manager.power.PowerControl;
import io.holdfast.manager.rest.ArbiterRoutes;
import io.holdfast.manager.rest.ClusterRoutes;
import io.holdfast.manager.rest.DatastoreRoutes;
import io.holdfast.manager.rest.Directory;
import io.holdfast.manager.rest.EnrolmentRoutes;
import io.holdfast.manager.rest.EventHub;
import io.holdfast.manager.rest.Gate;
import io.holdfast.manager.rest.HostRoutes;
import io.holdfast.manager.rest.ManagementRoutes;
import io.holdfast.manager.rest.ManagementView;
import io.holdfast.manager.rest.ManagerIdentity;
import io.holdfast.manager.rest.Metrics;
import io.holdfast.manager.rest.PolicyRoutes;
import io.holdfast.manager.rest.RestServer;
import io.holdfast.manager.rest.RestViews;
import io.holdfast.manager.rest.Route;
import io.holdfast.manager.rest.RuleRoutes;
import io.holdfast.manager.rest.SetupProgram;
import io.holdfast.manager.rest.SetupRoutes;
import io.holdfast.manager.rest.StatusRoutes;
import io.holdfast.manager.rest.StoryRoutes;
import io.holdfast.manager.rest.VmRoutes;
import io.holdfast.manager.rest.Writes;
import io.holdfast.manager.store.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Wires the management interface. */
final class ManagerRoutes {
    /** How much of the history of switch-overs is shown. */
    private static final int SWITCH_OVERS = 50;

    private ManagerRoutes() {}

    /** What the routes are made of. */
    record Parts(
            Clusters clusters,
            Ledger ledger,
            AgentLink link,
            PowerControl power,
            PowerMonitor monitor,
            DatastoreProbe probe,
            EventHub hub,
            RestViews views,
            LazyAuthority authority,
            ManagerIdentity identity,
            ClusterRoutes.Create createCluster,
            LeadershipView leadership,
            Supplier<SupervisorWatch.Sight> supervisor,
            BooleanSupplier handingOver,
            ManagementRoutes.HandOver handOver,
            ArbiterDesk arbiter,
            SetupProgram setup) {}

    static RestServer serve(ManagerSettings settings, List<String> advertised, Parts parts) {
        Directory directory = new Directory(parts.clusters());
        Writes writes = new Writes(parts.ledger());
        StoryRoutes story = new StoryRoutes(
                parts.clusters(), directory, parts.ledger(), parts.views().story(), parts.monitor());
        List<Route> routes = new ArrayList<>();
        StatusRoutes status = new StatusRoutes(
                parts.identity(),
                parts.leadership(),
                parts.clusters(),
                parts.ledger(),
                parts.views(),
                story,
                parts.hub(),
                () -> parts.arbiter()
                        .placement()
                        .map(ArbiterPlacement::address)
                        .filter(address -> !address.isEmpty())
                        .orElse(null));
        ManagementRoutes management = management(parts, writes);
        routes.addAll(status.routes());
        routes.addAll(management.routes());
        routes.addAll(new SetupRoutes(parts.leadership(), directory, parts.setup(), parts.arbiter()).routes());
        routes.addAll(new ArbiterRoutes(
                        parts.leadership(),
                        directory,
                        parts.supervisor(),
                        parts.arbiter(),
                        parts.setup()::running,
                        writes)
                .routes());
        routes.addAll(new ClusterRoutes(
                        parts.clusters(), directory, writes, parts.views().inventory(), parts.createCluster())
                .routes());
        routes.addAll(new HostRoutes(
                        parts.clusters(),
                        directory,
                        writes,
                        parts.views(),
                        parts.power(),
                        parts.monitor(),
                        parts.link(),
                        parts.arbiter())
                .routes());
        routes.addAll(new EnrolmentRoutes(directory, parts.authority(), advertised).routes());
        routes.addAll(new DatastoreRoutes(
                        parts.clusters(), directory, writes, parts.views().inventory(), parts.probe())
                .routes());
        routes.addAll(
                new VmRoutes(parts.clusters(), directory, writes, parts.views().vms()).routes());
        routes.addAll(new PolicyRoutes(directory, writes).routes());
        routes.addAll(new RuleRoutes(directory, writes).routes());
        routes.addAll(story.routes());
        Gate gate = new Gate(parts.leadership(), parts.handingOver());
        Metrics metrics = new Metrics(status::status, management::status);
        return new RestServer(settings.listen(), routes, gate, metrics::text, settings.console());
    }

    private static ManagementRoutes management(Parts parts, Writes writes) {
        return new ManagementRoutes(
                parts.leadership(),
                new ManagementView(
                        parts.leadership(),
                        parts.supervisor(),
                        parts.identity().wallMillis(),
                        parts.arbiter(),
                        parts.identity().version()),
                parts.supervisor(),
                () -> parts.ledger().switchOvers(SWITCH_OVERS),
                writes,
                parts.handOver());
    }
}
