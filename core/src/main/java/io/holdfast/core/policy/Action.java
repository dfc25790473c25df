package io.holdfast.core.policy;

import java.util.Locale;

/** What is done with a VM when planes of its host fail. */
public enum Action {
    /** Runs on where it is. */
    KEEP,
    /** Moved away live; where that cannot be done, it runs on and an alarm is raised. */
    MIGRATE_OR_KEEP,
    /** Moved away live; a VM that cannot be moved live is stopped and restarted elsewhere, if another host can take it. */
    MIGRATE_OR_RESTART,
    /** Stopped by its agent, over the network or through the storage mailbox, and restarted elsewhere once its end is proven. */
    STOP_AND_RESTART,
    /** Restarted elsewhere once its host is proven isolated from its disks. */
    RESTART_WHEN_PROVEN;

    /** Its name in the interface and in texts, such as {@code migrate-or-keep}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
