/** Where a virtual machine may run, where it runs, and the joint plan for an outage. */
@NullMarked
package io.holdfast.core.placement;

import org.jspecify.annotations.NullMarked;
