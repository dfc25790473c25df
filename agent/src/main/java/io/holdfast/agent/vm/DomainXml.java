package io.holdfast.agent.vm;

import io.holdfast.agent.system.QemuProcess;
import io.holdfast.agent.system.QemuProcess.Placement;
import io.holdfast.protocol.agent.Boot;
import io.holdfast.protocol.agent.Datastore;
import io.holdfast.protocol.agent.Disk;
import io.holdfast.protocol.agent.Iscsi;
import io.holdfast.protocol.agent.Nic;
import io.holdfast.protocol.agent.StartVm;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/** The libvirt domain of a run. It's transient: nothing but a manager's command ever starts a VM. */
public final class DomainXml {
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final int TRANSLATION_CACHE_MEBIBYTES = 64;

    /**
     * What a domain needs of its host.
     *
     * @param hostId marks the process as this host's
     * @param initiator iSCSI name of the host
     * @param bridges bridge of each network by name
     */
    public record Environment(
            String hostId,
            boolean kvm,
            String emulator,
            String initiator,
            Map<String, Datastore> datastores,
            Map<String, String> bridges) {}

    private DomainXml() {}

    /** Libvirt's UUID of a VM: its id where that is a UUID, else one derived from it. */
    public static String uuid(String vmId) {
        return UUID_FORM.matcher(vmId).matches()
                ? vmId
                : UUID.nameUUIDFromBytes(vmId.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** Throws IllegalArgumentException naming what the start asks for that this host doesn't have. */
    public static String of(StartVm start, Environment environment) {
        Placement placement = new Placement(
                environment.hostId(),
                start.getVmId(),
                start.getRun(),
                start.getDisksList().stream()
                        .map(Disk::getDatastoreId)
                        .distinct()
                        .sorted()
                        .toList());
        return """
                <domain type='%s'>
                  <name>%s</name>
                  <uuid>%s</uuid>
                  <metadata><holdfast:placement xmlns:holdfast='https://holdfast.io/placement' vm='%s' run='%d'/></metadata>
                  <memory unit='b'>%d</memory>
                  <vcpu>%d</vcpu>
                  <sysinfo type='fwcfg'><entry name='%s'>%s</entry></sysinfo>
                  <os><type arch='x86_64' machine='pc'>hvm</type>%s</os>
                  %s
                  <clock offset='utc'/>
                  <on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>destroy</on_crash>
                  <devices>
                    <emulator>%s</emulator>
                %s%s    <serial type='file'><source path='/var/log/libvirt/qemu/%s-console.log' append='on'/></serial>
                    <controller type='usb' model='none'/>
                    <memballoon model='none'/>
                    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
                  </devices>
                </domain>
                """.formatted(
                        environment.kvm() ? "kvm" : "qemu",
                        escape(start.getVmName()),
                        uuid(start.getVmId()),
                        escape(start.getVmId()),
                        start.getRun(),
                        start.getMemoryBytes(),
                        Math.max(1, start.getCpuCores()),
                        QemuProcess.PLACEMENT_ENTRY,
                        escape(placement.text()),
                        boot(start),
                        processor(environment.kvm()),
                        escape(environment.emulator()),
                        disks(start.getDisksList(), environment),
                        interfaces(start.getNicsList(), environment),
                        escape(start.getVmName()));
    }

    /** A guest with a kernel of its own is told which VM and run it is; a guest that keeps a journal writes it there. */
    private static String boot(StartVm start) {
        Boot boot = start.getBoot();
        if (boot.getKernel().isEmpty()) {
            return "<boot dev='hd'/>";
        }
        String initrd = boot.getInitrd().isEmpty() ? "" : "<initrd>" + escape(boot.getInitrd()) + "</initrd>";
        return "<kernel>" + escape(boot.getKernel()) + "</kernel>" + initrd + "<cmdline>"
                + escape(
                        boot.getCommandLine() + " holdfast.vm=" + start.getVmName() + " holdfast.run=" + start.getRun())
                + "</cmdline>";
    }

    private static String processor(boolean kvm) {
        return kvm
                ? "<features><acpi/><apic/></features><cpu mode='host-model'/>"
                : "<features><acpi/><tcg><tb-cache unit='MiB'>" + TRANSLATION_CACHE_MEBIBYTES
                        + "</tb-cache></tcg></features>";
    }

    private static String disks(List<Disk> disks, Environment environment) {
        StringBuilder xml = new StringBuilder();
        for (int i = 0; i < disks.size(); i++) {
            Disk disk = disks.get(i);
            Datastore datastore = environment.datastores().get(disk.getDatastoreId());
            if (datastore == null) {
                throw new IllegalArgumentException("disk " + disk.getDiskId() + " is on datastore "
                        + disk.getDatastoreId() + ", which this host doesn't have; add it to the cluster");
            }
            String target = "<target dev='vd" + (char) ('a' + i) + "' bus='virtio'/>";
            String readOnly = disk.getReadOnly() ? "<readonly/>" : "";
            xml.append("    ")
                    .append(
                            datastore.hasIscsi()
                                    ? iscsi(datastore.getIscsi(), disk.getVolume(), environment.initiator())
                                    : file(datastore.getSharedPath().getPath() + "/" + disk.getVolume()))
                    .append(target)
                    .append(readOnly)
                    .append("</disk>\n");
        }
        return xml.toString();
    }

    private static String iscsi(Iscsi iscsi, String lun, String initiator) {
        int colon = iscsi.getPortal().lastIndexOf(':');
        return "<disk type='network' device='disk'>" + driver() + "<source protocol='iscsi' name='"
                + escape(iscsi.getTarget()) + "/"
                + escape(lun) + "'><host name='" + escape(iscsi.getPortal().substring(0, colon)) + "' port='"
                + escape(iscsi.getPortal().substring(colon + 1)) + "'/><initiator><iqn name='" + escape(initiator)
                + "'/></initiator></source>";
    }

    private static String file(String path) {
        return "<disk type='file' device='disk'>" + driver() + "<source file='" + escape(path) + "'/>";
    }

    private static String driver() {
        return "<driver name='qemu' type='raw' cache='none' error_policy='stop'/>";
    }

    private static String interfaces(List<Nic> nics, Environment environment) {
        StringBuilder xml = new StringBuilder();
        for (Nic nic : nics) {
            String bridge = environment.bridges().get(nic.getNetwork());
            if (bridge == null) {
                throw new IllegalArgumentException("the VM needs network " + nic.getNetwork()
                        + ", which this host doesn't have; attach the host to it");
            }
            String mac = nic.getMac().isEmpty() ? "" : "<mac address='" + escape(nic.getMac()) + "'/>";
            xml.append("    <interface type='bridge'>")
                    .append(mac)
                    .append("<source bridge='")
                    .append(escape(bridge))
                    .append("'/><model type='virtio'/></interface>\n");
        }
        return xml.toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&apos;")
                .replace("\"", "&quot;");
    }
}
