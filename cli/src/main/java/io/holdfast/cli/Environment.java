package io.holdfast.cli;

/** The process's environment variables, handed in so that tests need not change the real ones. */
@FunctionalInterface
public interface Environment {
    /** The variable's value, or empty when it is not set. */
    String get(String name);
}
