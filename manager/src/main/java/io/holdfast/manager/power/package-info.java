/** Power of hosts, read and switched through their BMCs. */
@NullMarked
package io.holdfast.manager.power;

import org.jspecify.annotations.NullMarked;
