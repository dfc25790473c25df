package io.holdfast.agent.system;

import java.util.List;
import java.util.Optional;

/**
 * A QEMU process of this host, as its command line shows it.
 *
 * @param startTicks start time in clock ticks since boot: with the pid it names the process for ever in this boot
 * @param incoming it was started to take over a guest from another host
 * @param placement empty for a QEMU that wasn't started by a Holdfast agent
 */
public record QemuProcess(
        int pid, long startTicks, String uuid, String name, boolean incoming, Optional<Placement> placement) {
    /** Key of the firmware configuration entry in which a placement travels on QEMU's command line. */
    public static final String PLACEMENT_ENTRY = "opt/io.holdfast/placement";

    /** What the process runs, readable without libvirt and without any file of the agent. */
    public record Placement(String hostId, String vmId, long run, List<String> datastores) {
        private static final String SEPARATOR = " ";

        public Placement {
            datastores = List.copyOf(datastores);
        }

        /** Ids may hold no blank and no comma; the manager's ids don't. */
        public String text() {
            return hostId + SEPARATOR + vmId + SEPARATOR + run + SEPARATOR + String.join(SEPARATOR, datastores);
        }

        static Optional<Placement> parse(String text) {
            List<String> words = List.of(text.strip().split(SEPARATOR));
            try {
                return words.size() < 3
                        ? Optional.empty()
                        : Optional.of(new Placement(
                                words.get(0),
                                words.get(1),
                                Long.parseLong(words.get(2)),
                                words.subList(3, words.size())));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }
    }
}
