package io.holdfast.manager.store;

import io.holdfast.core.TimelineEntry;
import io.holdfast.core.inventory.ClusterId;

/**
 * A line of the timeline as stored.
 *
 * @param id grows with every line; never used twice
 */
public record TimelineRecord(long id, ClusterId cluster, TimelineEntry entry) {}
