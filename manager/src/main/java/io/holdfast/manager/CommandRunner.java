package io.holdfast.manager;

import io.holdfast.core.Command;
import io.holdfast.core.Event;
import io.holdfast.core.OperationId;
import io.holdfast.core.health.PowerState;
import io.holdfast.core.inventory.Bmc;
import io.holdfast.core.inventory.HostId;
import io.holdfast.manager.link.AgentCommands;
import io.holdfast.manager.link.AgentLink;
import io.holdfast.manager.link.AgentReports;
import io.holdfast.manager.power.BmcAccess;
import io.holdfast.manager.power.PowerControl;
import io.holdfast.manager.power.PowerReading;
import io.holdfast.manager.store.Ledger;
import io.holdfast.protocol.agent.CommandResult;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out the core's commands, which are committed by then, and brings each result back as an event. */
public final class CommandRunner {
    private static final Logger LOG = LoggerFactory.getLogger(CommandRunner.class);
    /** Probes that are never answered are forgotten beyond this many. */
    private static final int PROBE_LIMIT = 10_000;

    private final AgentLink link;
    private final PowerControl power;
    private final Ledger ledger;
    private final BiConsumer<HostId, PowerReading> readings;
    /** The contract's answer to a probe doesn't repeat whom it was about. */
    private final Map<OperationId, Command.ProbePeer> probes = new ConcurrentHashMap<>();

    /** @param readings is told every power reading, for people to see */
    public CommandRunner(AgentLink link, PowerControl power, Ledger ledger, BiConsumer<HostId, PowerReading> readings) {
        this.link = link;
        this.power = power;
        this.ledger = ledger;
        this.readings = readings;
    }

    /** Never blocks. */
    public void carryOut(ClusterLoop loop, Command command) {
        switch (command) {
            case Command.ToAgent toAgent -> toAgent(toAgent);
            case Command.ReadPower read ->
                Thread.ofVirtual().name("power-read").start(() -> {
                    PowerReading reading = power.read(access(read.bmc()));
                    readings.accept(read.host(), reading);
                    loop.learn(now ->
                            new Event.PowerRead(now, read.host(), read.operation(), reading.state(), reading.detail()));
                });
            case Command.LockOut lock ->
                loop.learn(now -> new Event.LockOutDone(
                        now, lock.host(), lock.datastore().id(), lock.operation(), false, noDriver(lock)));
            case Command.LetIn let ->
                loop.learn(now -> new Event.LetInDone(
                        now, let.host(), let.datastore().id(), let.operation(), false, noDriver(let)));
            case Command.PowerOff off ->
                Thread.ofVirtual().name("power-off").start(() -> {
                    LOG.info("Power-off of {} by its BMC", off.host());
                    PowerReading reading = power.powerOff(access(off.bmc()));
                    boolean accepted = reading.state() == PowerState.OFF;
                    loop.learn(now ->
                            new Event.PowerOffDone(now, off.host(), off.operation(), accepted, reading.detail()));
                });
        }
    }

    private static String noDriver(Command.ToStorage command) {
        return "this manager has no lock-out driver " + command.datastore().lockOutDriver();
    }

    private void toAgent(Command.ToAgent command) {
        if (command instanceof Command.ProbePeer probe) {
            if (probes.size() > PROBE_LIMIT) {
                probes.clear();
            }
            probes.put(probe.operation(), probe);
        } else {
            LOG.info("{} {} to {}", command.getClass().getSimpleName(), command.operation(), command.host());
        }
        if (!link.send(command.host().value(), AgentCommands.message(command))) {
            LOG.info("Agent of {} is not connected: {} dropped", command.host(), command.operation());
        }
    }

    /** The login for a BMC, its password from the sealed store; an unknown reference gives an empty password, which the BMC refuses. */
    public BmcAccess access(Bmc bmc) {
        String password = ledger.secret(bmc.passwordReference()).orElse("");
        return new BmcAccess(bmc.address(), bmc.port(), bmc.user(), password);
    }

    /** Brings an agent's result to the core; results of unreadable operations are not of this manager and are dropped. */
    public void resulted(ClusterLoop loop, HostId host, CommandResult result) {
        OperationId operation;
        try {
            operation = OperationId.parse(result.getOperationId());
        } catch (NumberFormatException | IndexOutOfBoundsException foreign) {
            LOG.debug("Result of an unknown operation {} from {}", result.getOperationId(), host);
            return;
        }
        Command.ProbePeer probe = probes.remove(operation);
        if (probe != null) {
            loop.learn(now -> new Event.PeerProbed(
                    now, host, probe.target(), operation, AgentReports.peerAnswer(result.getPeerAnswer())));
            return;
        }
        Event.Outcome outcome = AgentReports.outcome(result.getOutcome());
        if (outcome != Event.Outcome.DONE) {
            LOG.info("{} at {} {}: {}", operation, host, outcome, result.getMessage());
        }
        loop.learn(now -> new Event.CommandResult(
                now, host, operation, outcome, result.getMessage(), result.getNothingRunning()));
    }
}
