package io.holdfast.core.inventory;

import java.util.List;
import java.util.stream.Stream;

/** A rule on where VMs run, or in which order they start. */
public sealed interface Rule {
    /** Its identity. */
    RuleId id();

    /** The VMs that it speaks of. */
    List<VmId> vms();

    /**
     * VMs belong on these hosts.
     *
     * @param strict true: nowhere else; false: elsewhere only when none of them can take the VM
     * @param hosts with a priority each; the highest that can take the VM is preferred
     */
    record VmHost(RuleId id, boolean strict, List<VmId> vms, List<HostPriority> hosts) implements Rule {
        public VmHost {
            vms = List.copyOf(vms);
            hosts = List.copyOf(hosts);
        }
    }

    /** VMs run on one host. */
    record Together(RuleId id, boolean strict, List<VmId> vms) implements Rule {
        public Together {
            vms = List.copyOf(vms);
        }
    }

    /** VMs run on different hosts. */
    record Apart(RuleId id, boolean strict, List<VmId> vms) implements Rule {
        public Apart {
            vms = List.copyOf(vms);
        }
    }

    /** A VM starts only after others are ready ({@link HaSettings#nextWhen}). */
    record DependsOn(RuleId id, VmId vm, List<VmId> on) implements Rule {
        public DependsOn {
            on = List.copyOf(on);
        }

        @Override
        public List<VmId> vms() {
            return Stream.concat(Stream.of(vm), on.stream()).toList();
        }
    }

    /** A host with its priority in a rule; higher is preferred. */
    record HostPriority(HostId host, int priority) {}
}
