package io.holdfast.core;

import io.holdfast.core.health.Hello;
import io.holdfast.core.health.PeerAnswer;
import io.holdfast.core.health.PowerState;
import io.holdfast.core.health.Report;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;

/** Something that the manager learned, with the instant at which it did. */
public sealed interface Event {
    /** When the manager took it in; never goes back within one process. */
    Now now();

    /** This manager leads from now on. The epoch must be higher than any used before, by any manager: operation ids rely on it. */
    record BecameLeader(Now now, long epoch) implements Event {}

    /** It leads no longer: nothing is decided or commanded until it leads again; health goes on being followed. */
    record LostLeadership(Now now) implements Event {}

    /** Time has passed. Send one at least every 100 ms. */
    record Tick(Now now) implements Event {}

    /** An agent has opened its connection. */
    record HostConnected(Now now, HostId host, Hello hello) implements Event {}

    /** An agent's connection has broken. */
    record HostDisconnected(Now now, HostId host) implements Event {}

    /** An agent has reported; its lease observations are in the report. */
    record HostReported(Now now, HostId host, Report report) implements Event {}

    /**
     * Answer to a command to an agent other than a probe.
     *
     * @param nothingRunning for a refused or failed start: it is certain that no process of that run lives, and the agent will never start it
     */
    record CommandResult(
            Now now, HostId host, OperationId operation, Outcome outcome, String message, boolean nothingRunning)
            implements Event {}

    /** Answer to {@link Command.ProbePeer}. */
    record PeerProbed(Now now, HostId prober, HostId target, OperationId operation, PeerAnswer answer)
            implements Event {}

    /** Answer to {@link Command.ReadPower}. */
    record PowerRead(Now now, HostId host, OperationId operation, PowerState power, String detail) implements Event {}

    /** Answer to {@link Command.PowerOff}; whether the power is off is read back afterwards in any case. */
    record PowerOffDone(Now now, HostId host, OperationId operation, boolean accepted, String detail)
            implements Event {}

    /**
     * Answer to {@link Command.LockOut}.
     *
     * @param confirmed the storage refuses the host, and nothing of it is still being carried out there
     * @param detail what was done, or what went wrong
     */
    record LockOutDone(
            Now now, HostId host, DatastoreId datastore, OperationId operation, boolean confirmed, String detail)
            implements Event {}

    /** Answer to {@link Command.LetIn}. */
    record LetInDone(Now now, HostId host, DatastoreId datastore, OperationId operation, boolean done, String detail)
            implements Event {}

    /** A person, or a program in a person's name, asks for something. Answered by the step: {@link Step#rejected} or done. */
    record Requested(Now now, String actor, Request request) implements Event {}

    /** How a command went. */
    enum Outcome {
        DONE,
        REFUSED,
        FAILED
    }
}
