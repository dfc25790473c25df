package io.holdfast.agent.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GuestChannelTest {
    private static String channel(String state) {
        return """
                <domain type='kvm' id='1'><devices>
                <channel type='unix'>
                  <source mode='bind' path='/var/lib/libvirt/qemu/channel/target/domain-1-vm1/org.qemu.guest_agent.0'/>
                  <target type='virtio' name='org.qemu.guest_agent.0'%s/>
                  <alias name='channel0'/>
                </channel>
                <channel type='unix'><target type='virtio' name='other' state='connected'/></channel>
                </devices></domain>
                """.formatted(state);
    }

    @Test
    void channelIsOpenWhenTheGuestHasConnectedToIt() {
        assertThat(GuestChannel.open(channel(" state='connected'"))).isTrue();
        assertThat(GuestChannel.open(channel(" state='disconnected'"))).isFalse();
        assertThat(GuestChannel.open(channel(""))).isFalse();
        assertThat(GuestChannel.open("<domain/>")).isFalse();
    }
}
