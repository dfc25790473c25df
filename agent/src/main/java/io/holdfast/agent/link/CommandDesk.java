package io.holdfast.agent.link;

import io.holdfast.agent.state.EpochMemory;
import io.holdfast.agent.vm.Results;
import io.holdfast.protocol.agent.Command;
import io.holdfast.protocol.agent.CommandResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a command through once: only of the highest epoch seen, and the same operation id gives the same result without a second effect.
 * Results are remembered in memory only; after a restart of the agent the run journal refuses or confirms a repeated start.
 */
public final class CommandDesk {
    private static final Logger LOG = LoggerFactory.getLogger(CommandDesk.class);
    private static final int RESULTS_KEPT = 4000;

    /** How a command is carried out: where, and what is done. */
    public record Work(Executor executor, Function<Command, CommandResult> action) {}

    private final EpochMemory epochs;
    private final Function<Command, Work> works;
    private final Map<String, CommandResult> results = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CommandResult> eldest) {
            return size() > RESULTS_KEPT;
        }
    };
    private final Map<String, List<ManagerLink>> underWay = new LinkedHashMap<>();

    public CommandDesk(EpochMemory epochs, Function<Command, Work> works) {
        this.epochs = epochs;
        this.works = works;
    }

    public void handle(Command command, ManagerLink from) {
        try {
            if (!epochs.accept(command.getEpoch())) {
                LOG.warn(
                        "command {} of epoch {} refused: a manager of epoch {} leads now",
                        command.getKindCase(),
                        command.getEpoch(),
                        epochs.highest());
                from.result(Results.refused(
                        command.getOperationId(),
                        "epoch-old",
                        "the command is of epoch " + command.getEpoch() + ", a manager of epoch " + epochs.highest()
                                + " leads now"));
                return;
            }
        } catch (IOException e) {
            from.result(Results.failed(command.getOperationId(), "epoch can't be stored: " + e.getMessage()));
            return;
        }
        LOG.info("command {} of epoch {} accepted", command.getKindCase(), command.getEpoch());
        synchronized (this) {
            CommandResult known = results.get(command.getOperationId());
            if (known != null) {
                from.result(known);
                return;
            }
            List<ManagerLink> waiting = underWay.get(command.getOperationId());
            if (waiting != null) {
                waiting.add(from);
                return;
            }
            underWay.put(command.getOperationId(), new ArrayList<>(List.of(from)));
        }
        Work work = works.apply(command);
        work.executor().execute(() -> carryOut(command, work.action()));
    }

    private void carryOut(Command command, Function<Command, CommandResult> action) {
        CommandResult result;
        try {
            result = action.apply(command);
        } catch (RuntimeException | Error e) {
            LOG.error("command {} failed", command.getKindCase(), e);
            result = Results.failed(command.getOperationId(), "the agent failed: " + e);
        }
        List<ManagerLink> waiting;
        synchronized (this) {
            results.put(command.getOperationId(), result);
            waiting = underWay.remove(command.getOperationId());
        }
        if (waiting != null) {
            CommandResult sent = result;
            waiting.forEach(link -> link.result(sent));
        }
    }
}
