package io.holdfast.agent;

import io.holdfast.agent.vm.Hypervisor;
import java.util.List;

/** Stands in until libvirt is wired. */
final class NoHypervisor implements Hypervisor {
    @Override
    public boolean connected() {
        return false;
    }

    @Override
    public void create(String xml) throws Failure {
        throw new Failure("libvirt isn't connected", false, false);
    }

    @Override
    public void shutdown(String uuid) throws Failure {
        throw new Failure("libvirt isn't connected", false, false);
    }

    @Override
    public List<Domain> domains() throws Failure {
        throw new Failure("libvirt isn't connected", false, false);
    }
}
