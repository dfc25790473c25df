package io.holdfast.manager;

import io.holdfast.core.health.PowerState;

/** What BMCs answer, set by a test. */
interface PowerPanel {
    void set(String address, PowerState state);
}
