package io.holdfast.manager;

import io.holdfast.core.inventory.HostId;
import io.holdfast.manager.power.PowerReading;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Brings the readings that the core asked for to the monitor, which is made after the runner that reads them. */
final class PowerRelay implements BiConsumer<HostId, PowerReading> {
    private volatile @Nullable PowerMonitor monitor;

    void to(PowerMonitor opened) {
        monitor = opened;
    }

    @Override
    public void accept(HostId host, PowerReading reading) {
        PowerMonitor opened = monitor;
        if (opened != null) {
            opened.seen(host, reading);
        }
    }
}
