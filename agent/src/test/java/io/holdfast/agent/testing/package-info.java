/** What the agent's tests share: a manager, certificates, real storage and hosts in namespaces of their own. */
@NullMarked
package io.holdfast.agent.testing;

import org.jspecify.annotations.NullMarked;
