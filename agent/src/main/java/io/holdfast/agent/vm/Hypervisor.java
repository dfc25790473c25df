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

    /** Why a guest stands still, as far as live migration goes by it. */
    enum Pause {
        NOT,
        /** On somebody's wish; also an incoming guest whose memory is complete. */
        WISHED,
        /** While memory goes in or out, or because that broke off. */
        MIGRATION,
        /** I/O error and everything else. */
        OTHER
    }

    boolean connected();

    /** Starts a transient domain. */
    void create(String xml) throws Failure;

    /** Asks the guest by ACPI. */
    void shutdown(String uuid) throws Failure;

    /** Asks the guest agent whether it lives, for two seconds at most. */
    Heartbeat.Answer askGuest(String uuid) throws Failure;

    /** The live definition, fit for another host. */
    String migratableXml(String uuid) throws Failure;

    /**
     * Hands a guest over to the hypervisor at a URI, live; it's left paused there. Returns when it was handed over completely and its process
     * here has been ended; fails in any other case, and then the guest may run on here.
     *
     * @param definition of the domain there
     */
    void migrate(String uuid, String destination, String definition) throws Failure;

    /** Breaks off what is being done with the domain's memory; nothing when nothing is. */
    void abortJob(String uuid) throws Failure;

    /** Memory of the domain is going out or in. */
    boolean jobActive(String uuid) throws Failure;

    Pause pause(String uuid) throws Failure;

    /** Lets a paused guest run. */
    void resume(String uuid) throws Failure;

    /** Every domain that libvirt knows, those being started included. */
    List<Domain> domains() throws Failure;
}
