/** Self-fence and watchdog: what keeps the promise of the lease when everything else hangs. Never waits for storage, disk or libvirt. */
@NullMarked
package io.holdfast.agent.fence;

import org.jspecify.annotations.NullMarked;
