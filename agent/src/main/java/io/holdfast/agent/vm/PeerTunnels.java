package io.holdfast.agent.vm;

import java.io.IOException;

/** Ways to the hypervisors of other hosts, encrypted, both ends known by the cluster's authority. */
public interface PeerTunnels {
    /** An open way for one migration. Closing it makes a migration that still needs it fail. */
    interface Tunnel extends AutoCloseable {
        /** What the domain needs of the host at the other end. */
        MigrationXml.Destination destination();

        /** URI by which this host's libvirtd reaches the other's, once. */
        String uri();

        @Override
        void close();
    }

    /** Fails when the host can't be reached within seconds or doesn't take this run from here; the message says why. */
    Tunnel open(String hostId, String address, String vmId, long targetRun) throws IOException, InterruptedException;
}
