package io.holdfast.agent.vm;

import io.holdfast.agent.rule.Heartbeat;
import java.util.List;

/** Libvirt as the agent needs it. Calls may take seconds and may hang with libvirtd; they're made from worker threads only. */
public interface Hypervisor {
    /** State of a domain's guest. */
    enum GuestState {
        RUNNING,
        PAUSED,
        SHUT_OFF,
        OTHER
    }

    record Domain(String uuid, String name, GuestState state) {}

    /** What can go wrong. */
    final class Failure extends Exception {
        /** Whether the request may have been carried out all the same. */
        private final boolean outcomeUnknown;

        private final boolean alreadyThere;

        public Failure(String message, boolean outcomeUnknown, boolean alreadyThere) {
            super(message);
            this.outcomeUnknown = outcomeUnknown;
            this.alreadyThere = alreadyThere;
        }

        public boolean outcomeUnknown() {
            return outcomeUnknown;
        }

        /** A domain of this name or UUID exists; after a kill, libvirt needs a moment to notice. */
        public boolean alreadyThere() {
            return alreadyThere;
        }
    }

    boolean connected();

    /** Starts a transient domain. */
    void create(String xml) throws Failure;

    /** Asks the guest by ACPI. */
    void shutdown(String uuid) throws Failure;

    /** Asks the guest agent whether it lives, for two seconds at most. */
    Heartbeat.Answer askGuest(String uuid) throws Failure;

    /** Every domain that libvirt knows, those being started included. */
    List<Domain> domains() throws Failure;
}
