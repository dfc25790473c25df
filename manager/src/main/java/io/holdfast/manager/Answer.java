package io.holdfast.manager;

/**
 * The answer to a request, rendered from the state that the request led to.
 *
 * @param status HTTP status
 * @param body JSON; empty for none
 */
public record Answer(int status, String body) {}
