package io.holdfast.lab;

/** Something in the lab cannot be done; the message says what was asked, what is wrong and what to do. */
public final class LabException extends RuntimeException {

    /** With a message for people. */
    public LabException(String message) {
        super(message);
    }

    /** With a message for people and its cause. */
    public LabException(String message, Throwable cause) {
        super(message, cause);
    }
}
