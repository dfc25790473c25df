/** What is known of each host right now: reports, lease observations, probes, power readings, and the verdict on them. Volatile. */
@NullMarked
package io.holdfast.core.health;

import org.jspecify.annotations.NullMarked;
