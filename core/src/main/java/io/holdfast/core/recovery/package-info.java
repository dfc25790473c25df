/** The durable state machine of each affected virtual machine, and the record of each fail-over (safety argument, section 6). */
@NullMarked
package io.holdfast.core.recovery;

import org.jspecify.annotations.NullMarked;
