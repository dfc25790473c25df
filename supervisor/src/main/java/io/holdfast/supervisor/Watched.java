package io.holdfast.supervisor;

import java.util.Locale;

/** Everything that the supervisor watches (row M7): each is shown with the time at which it was last seen. */
public enum Watched {
    MANAGER,
    CONSOLE,
    DATABASE,
    KEEPALIVED,
    VIP,
    VIP_REACHED,
    PEER,
    ARBITER,
    GATEWAY;

    /** As in the status document: {@code vip-reached}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Watched of(Service service) {
        return switch (service) {
            case MANAGER -> MANAGER;
            case CONSOLE -> CONSOLE;
            case KEEPALIVED -> KEEPALIVED;
        };
    }

    static Watched of(Evidence evidence) {
        return switch (evidence) {
            case ARBITER -> ARBITER;
            case GATEWAY -> GATEWAY;
            case VIP_REACHED -> VIP_REACHED;
        };
    }
}
