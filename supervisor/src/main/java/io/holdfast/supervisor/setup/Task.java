package io.holdfast.supervisor.setup;

import java.time.Duration;
import java.util.Locale;

/** What can be asked of a machine's {@link NodeHands}. Each may be repeated. */
enum Task {
    /** Tells what {@link SetupCheck} needs. Changes nothing. */
    FACTS(30),
    /** Writes files; the former ones are kept for {@link #RESTORE}. */
    INSTALL(30),
    /** Starts the database as a new component, with an empty schema and its user. */
    DATABASE_BEGIN(180),
    /** Starts the database so that it takes a full copy; returns at once. */
    DATABASE_JOIN(60),
    /** Tells how the database is. Changes nothing. */
    DATABASE_STATE(10),
    /** Makes the received copy durable. */
    DATABASE_FLUSH(150),
    /** Starts the arbiter. */
    ARBITER_START(30),
    /** Ends the manager and copies the embedded database into the replicated one, every row compared. */
    COPY(600),
    /** Starts the supervisor, which starts everything else. */
    SUPERVISE(60),
    /** The supervisor's word. Changes nothing. */
    STATUS(10),
    /** Ends supervisor, manager and VIP; the database goes on. Tells who has led on it. */
    PAUSE(60),
    /** Copies the replicated database into a new embedded one, every row compared; everything is paused. */
    COPY_BACK(600),
    /** Ends everything of the pair and puts the files back that were there before; what was running before runs again. */
    RESTORE(120),
    /** Removes what RESTORE has left: the database's files and the copies of the former configuration. */
    WIPE(60),
    /** What was set up is meant to stay. */
    DONE(30),
    /** Tells which versions are on this machine, which run, and what the database's schema is. Changes nothing. */
    VERSIONS(20),
    /** Takes a piece of the archive of a new version. */
    RECEIVE(30),
    /** Checks what has arrived, puts it beside the version in use, and has it see whether it can make this node's configuration. */
    STAGE(290),
    /**
     * Ends supervisor and manager and starts them of another version that is here, with its configuration of database and keepalived; those go on
     * where it is the same. Refused on a node that leads, if so asked.
     */
    USE(150),
    /** Hands the leadership to the other node, if that one is ready. */
    HAND_OVER(20),
    /** Keeps what another node tells people about its progress: this one may be asked for it. */
    PROGRESS(10),
    /** Nothing more is asked of this machine. */
    LEAVE(10);

    private final int limitSeconds;

    Task(int limitSeconds) {
        this.limitSeconds = limitSeconds;
    }

    /** How long it may take. */
    Duration limit() {
        return Duration.ofSeconds(limitSeconds);
    }

    /** As in the path of a request: {@code database-begin}. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
