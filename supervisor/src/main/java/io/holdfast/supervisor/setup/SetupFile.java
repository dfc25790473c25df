package io.holdfast.supervisor.setup;

import io.holdfast.supervisor.SupervisorSettings.Control;
import java.nio.file.Path;
import java.util.Optional;

/** A file that set-up writes: a machine that is asked to write one writes these and nothing else. */
enum SetupFile {
    KEEPALIVED("rw-r--r--"),
    GALERA("rw-r--r--"),
    SUPERVISOR("rw-r--r--"),
    /** The manager's configuration in force. */
    MANAGER("rw-r--r--"),
    /** The one that it gets as one of the pair; the copy is made by it before it is in force. */
    MANAGER_PAIR("rw-------"),
    DATABASE_PASSWORD("rw-------"),
    SUPERVISOR_AUTHORITY("rw-r--r--"),
    SUPERVISOR_CERTIFICATE("rw-r--r--"),
    SUPERVISOR_KEY("rw-------"),
    /** The cluster's authority, its key, and the key that seals passwords: the same on both nodes. */
    CLUSTER_AUTHORITY("rw-------"),
    CLUSTER_AUTHORITY_KEY("rw-------"),
    CLUSTER_SECRETS("rw-------"),
    SUPERVISOR_ALIVE("rwxr-xr-x"),
    ARBITER("rw-r--r--"),
    MARIADB_UNIT("rw-r--r--"),
    KEEPALIVED_UNIT("rw-r--r--"),
    SUPERVISOR_UNIT("rw-r--r--"),
    ARBITER_UNIT("rw-r--r--");

    private final String permissions;

    SetupFile(String permissions) {
        this.permissions = permissions;
    }

    String permissions() {
        return permissions;
    }

    /** What the node goes on needing when it stays as a single one. */
    boolean ofManager() {
        return switch (this) {
            case MANAGER, CLUSTER_AUTHORITY, CLUSTER_AUTHORITY_KEY, CLUSTER_SECRETS -> true;
            default -> false;
        };
    }

    /** Where it goes; empty on a machine that has no use for it, because the service is no systemd unit. */
    Optional<Path> on(NodeSettings node) {
        return switch (this) {
            case KEEPALIVED -> Optional.of(node.keepalivedConfiguration());
            case GALERA -> Optional.of(node.databaseConfiguration());
            case SUPERVISOR -> Optional.of(node.supervisorConfiguration());
            case MANAGER -> Optional.of(node.managerConfiguration());
            case MANAGER_PAIR ->
                Optional.of(node.managerConfiguration()
                        .resolveSibling(node.managerConfiguration().getFileName() + ".pair"));
            case DATABASE_PASSWORD -> Optional.of(node.etc().resolve("database.password"));
            case SUPERVISOR_AUTHORITY -> Optional.of(node.supervisorKeys().authority());
            case SUPERVISOR_CERTIFICATE -> Optional.of(node.supervisorKeys().certificate());
            case SUPERVISOR_KEY -> Optional.of(node.supervisorKeys().key());
            case CLUSTER_AUTHORITY -> Optional.of(node.managerState().resolve("pki/ca.pem"));
            case CLUSTER_AUTHORITY_KEY -> Optional.of(node.managerState().resolve("pki/ca.key"));
            case CLUSTER_SECRETS -> Optional.of(node.managerState().resolve("pki/secrets.key"));
            case SUPERVISOR_ALIVE -> Optional.of(node.scripts().resolve("supervisor-alive"));
            case ARBITER -> Optional.of(node.arbiterConfiguration());
            case MARIADB_UNIT -> dropIn(node, node.database());
            case KEEPALIVED_UNIT -> dropIn(node, node.keepalived());
            case ARBITER_UNIT -> dropIn(node, node.arbiter());
            case SUPERVISOR_UNIT -> unit(node.supervisor()).map(node.units()::resolve);
        };
    }

    private static Optional<Path> dropIn(NodeSettings node, Control control) {
        return unit(control).map(unit -> node.units().resolve(unit + ".d/holdfast.conf"));
    }

    private static Optional<String> unit(Control control) {
        return control instanceof Control.Unit(String name) ? Optional.of(name) : Optional.empty();
    }
}
