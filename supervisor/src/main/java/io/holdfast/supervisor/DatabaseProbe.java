package io.holdfast.supervisor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the database over one connection that stays open: a killed server breaks it at once, a hung one is noticed after the time limit.
 * Not thread-safe: one thread probes.
 */
final class DatabaseProbe {

    static final Duration TIME_LIMIT = Duration.ofMillis(400);

    private static final String QUESTION =
            "select variable_name, variable_value from information_schema.global_status where variable_name in"
                    + " ('wsrep_cluster_status','wsrep_ready','wsrep_local_state','wsrep_last_committed','wsrep_cluster_state_uuid',"
                    + "'wsrep_cluster_size','wsrep_local_recv_queue','wsrep_local_state_uuid')";

    private final Path socket;
    private final String user;
    private final BooleanSupplier alive;
    private @Nullable DatabaseConnection connection;

    /** @param alive whether the database's process exists */
    DatabaseProbe(Path socket, String user, BooleanSupplier alive) {
        this.socket = socket;
        this.user = user;
        this.alive = alive;
    }

    DatabaseView probe() {
        try {
            return view(ask());
        } catch (IOException e) {
            forget();
            return alive.getAsBoolean() ? new DatabaseView.NoAnswer() : new DatabaseView.Stopped();
        }
    }

    private Map<String, String> ask() throws IOException {
        DatabaseConnection open = connection;
        if (open == null) {
            open = DatabaseConnection.open(socket, user, TIME_LIMIT);
            connection = open;
        }
        return open.pairs(QUESTION);
    }

    private void forget() {
        DatabaseConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }

    static DatabaseView view(Map<String, String> lowerAndUpper) {
        Map<String, String> status = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        status.putAll(lowerAndUpper);
        String committed = status.getOrDefault("wsrep_last_committed", "-1");
        Optional<Position> position =
                Position.parse(status.getOrDefault("wsrep_local_state_uuid", "") + ":" + committed);
        return new DatabaseView.Answering(
                status.getOrDefault("wsrep_cluster_status", "").equals("Primary"),
                status.getOrDefault("wsrep_ready", "").equals("ON"),
                number(status.get("wsrep_local_state")),
                position,
                number(status.get("wsrep_cluster_size")),
                number(status.get("wsrep_local_recv_queue")));
    }

    private static int number(@Nullable String text) {
        try {
            return text == null ? 0 : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
