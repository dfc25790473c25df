package io.holdfast.manager.lead;

import io.holdfast.manager.store.SwitchOverRecord.Cause;

/**
 * How this process came to lead.
 *
 * @param from node that led before as far as this process knows; empty: unknown
 * @param durationMillis since the last sign of the former leader; -1: none was seen
 */
public record Taking(long epoch, Cause cause, String from, long durationMillis) {}
