package io.holdfast.core.recovery;

import io.holdfast.core.text.Message;
import java.util.List;

/** Why a VM waits: a reason of the closed set with its arguments for people. */
public record Waiting(Reason reason, List<String> arguments) {
    public Waiting {
        arguments = List.copyOf(arguments);
    }

    /** The closed set. */
    public enum Reason {
        NO_PROOF(Message.WAIT_NO_PROOF),
        NO_HEALTHY_HOST(Message.WAIT_NO_HEALTHY_HOST),
        NO_HOST_REACHES_DATASTORE(Message.WAIT_NO_HOST_REACHES_DATASTORE),
        NO_HOST_HAS_NETWORK(Message.WAIT_NO_HOST_HAS_NETWORK),
        NO_CAPACITY(Message.WAIT_NO_CAPACITY),
        RULES(Message.WAIT_RULES),
        START_FAILED_EVERYWHERE(Message.WAIT_START_FAILED_EVERYWHERE),
        BOOT_STORM(Message.WAIT_BOOT_STORM),
        DEPENDENCY(Message.WAIT_DEPENDENCY),
        HIGHER_PRIORITY(Message.WAIT_HIGHER_PRIORITY),
        HA_PAUSED(Message.WAIT_HA_PAUSED),
        /** Its host is shut down or rebooted in an orderly way. */
        FROZEN(Message.WAIT_FROZEN),
        // Of moves: the VM runs meanwhile.
        MOVE_FAILED(Message.WAIT_MOVE_FAILED),
        MOVE_NOT_LIVE(Message.MOVE_NOT_LIVE),
        MOVE_NOT_RUNNING(Message.MOVE_NOT_RUNNING),
        MOVES_AT_A_TIME(Message.WAIT_MOVES_AT_A_TIME),
        OTHERS_MOVE_FIRST(Message.WAIT_OTHERS_MOVE_FIRST),
        RECOVERY_FIRST(Message.WAIT_RECOVERY_FIRST);

        private final Message message;

        Reason(Message message) {
            this.message = message;
        }

        /** The sentence for people. */
        public Message message() {
            return message;
        }
    }
}
