package io.holdfast.manager;

import com.google.protobuf.ByteString;
import io.holdfast.core.State;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.Host;
import io.holdfast.manager.link.AgentCommands;
import io.holdfast.manager.link.AgentLink;
import io.holdfast.protocol.agent.Command;
import io.holdfast.protocol.agent.CommandResult;
import io.holdfast.protocol.agent.ManagerMessage;
import io.holdfast.protocol.agent.Outcome;
import io.holdfast.protocol.agent.ProbeDatastore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Proves that a datastore is shared before it is added: one host lays out the lease area and writes a token, every other connected host must
 * read the same. Leases on a disk that isn't the same everywhere would prove nothing (safety argument, section 4).
 */
public final class DatastoreProbe {
    private static final String PREFIX = "probe-";
    private static final int TOKEN_BYTES = 16;

    private final AgentLink link;
    private final Duration timeLimit;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, CompletableFuture<CommandResult>> pending = new ConcurrentHashMap<>();

    /** How it went. */
    public sealed interface Finding {
        /** Every connected host reads what the first one wrote. */
        record Shared(List<String> hosts) implements Finding {}

        /** No host is connected that could prove it. */
        record NoHost() implements Finding {}

        /** The first host can't write there. */
        record NotWritable(String host, String reason) implements Finding {}

        /** Hosts that don't read what the first one wrote, each with its reason. */
        record NotShared(String writer, Map<String, String> blind) implements Finding {}
    }

    /** @param timeLimit for one host's answer; iSCSI logins to a silent portal take seconds */
    public DatastoreProbe(AgentLink link, Duration timeLimit) {
        this.link = link;
        this.timeLimit = timeLimit;
    }

    /** Asks the connected hosts of this cluster. Blocks until all have answered or their time is up. */
    public Finding prove(State state, Datastore datastore) {
        List<Host> connected = state.hosts().values().stream()
                .filter(host -> {
                    var health = state.health().get(host.id());
                    return health != null && health.connected();
                })
                .toList();
        if (connected.isEmpty()) {
            return new Finding.NoHost();
        }
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        ByteString token = ByteString.copyFrom(bytes);
        Host writer = connected.getFirst();
        CommandResult written = await(ask(state, writer, datastore, token));
        String failure = failure(written);
        if (failure != null) {
            return new Finding.NotWritable(writer.name(), failure);
        }
        return read(state, datastore, token, writer, connected);
    }

    /** The writer reads back too: what it wrote may have gone to a cache of its own. */
    private Finding read(State state, Datastore datastore, ByteString token, Host writer, List<Host> readers) {
        Map<Host, CompletableFuture<CommandResult>> answers = new LinkedHashMap<>();
        readers.forEach(host -> answers.put(host, ask(state, host, datastore, ByteString.EMPTY)));
        Map<String, String> blind = new LinkedHashMap<>();
        List<String> seeing = new ArrayList<>();
        answers.forEach((host, answer) -> {
            CommandResult result = await(answer);
            String failure = failure(result);
            if (failure != null) {
                blind.put(host.name(), failure);
            } else if (result == null || !result.getToken().equals(token)) {
                blind.put(host.name(), "it reads something else there");
            } else {
                seeing.add(host.name());
            }
        });
        return blind.isEmpty() ? new Finding.Shared(seeing) : new Finding.NotShared(writer.name(), blind);
    }

    private CompletableFuture<CommandResult> ask(State state, Host host, Datastore datastore, ByteString token) {
        String operation = PREFIX + UUID.randomUUID();
        CompletableFuture<CommandResult> answer = new CompletableFuture<>();
        pending.put(operation, answer);
        answer.whenComplete((result, failure) -> pending.remove(operation));
        ProbeDatastore probe = ProbeDatastore.newBuilder()
                .setDatastore(AgentCommands.datastore(datastore))
                .setWriteToken(token)
                .setInitialise(!token.isEmpty())
                .build();
        ManagerMessage message = ManagerMessage.newBuilder()
                .setCommand(Command.newBuilder()
                        .setOperationId(operation)
                        .setEpoch(state.epoch())
                        .setProbeDatastore(probe))
                .build();
        if (!link.send(host.id().value(), message)) {
            answer.cancel(false);
        }
        return answer;
    }

    private @Nullable CommandResult await(CompletableFuture<CommandResult> answer) {
        try {
            return answer.get(timeLimit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException | TimeoutException | CancellationException silent) {
            answer.cancel(false);
            return null;
        }
    }

    private @Nullable String failure(@Nullable CommandResult result) {
        if (result == null) {
            return "no answer within " + timeLimit.toSeconds() + " s";
        }
        if (result.getOutcome() != Outcome.DONE) {
            return result.getMessage().isEmpty() ? "it failed without a reason" : result.getMessage();
        }
        return null;
    }

    /** Takes a result when it belongs to a probe of this class. */
    boolean resulted(String hostId, CommandResult result) {
        if (!result.getOperationId().startsWith(PREFIX)) {
            return false;
        }
        CompletableFuture<CommandResult> answer = pending.get(result.getOperationId());
        if (answer != null) {
            answer.complete(result);
        }
        return true;
    }
}
