/** How fast the decision core is: micro benchmarks, and the planner compared with a solver. Not part of any program. */
@NullMarked
package io.holdfast.bench;

import org.jspecify.annotations.NullMarked;
