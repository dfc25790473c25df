package io.holdfast.core.placement;

import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.VmId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A VM to be placed.
 *
 * @param preferred taken if it can be: where it ran before, or where the last plan had it
 * @param excluded hosts on which its start has failed
 */
public record PlanVm(
        VmId id,
        int cpuCores,
        long memoryBytes,
        List<DatastoreId> datastores,
        List<String> networks,
        RestartPriority priority,
        @Nullable HostId preferred,
        List<HostId> excluded) {}
