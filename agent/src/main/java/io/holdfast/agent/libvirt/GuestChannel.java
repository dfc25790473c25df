package io.holdfast.agent.libvirt;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The channel of the QEMU guest agent in the description of a domain that runs. */
final class GuestChannel {
    private static final Pattern TARGET =
            Pattern.compile("<target\\b[^>]*\\bname=['\"]org\\.qemu\\.guest_agent\\.0['\"][^>]*>");

    private GuestChannel() {}

    /** Somebody inside the guest has it open: a guest agent, whether it answers or not. */
    static boolean open(String xml) {
        Matcher target = TARGET.matcher(xml);
        return target.find() && target.group().matches(".*\\bstate=['\"]connected['\"].*");
    }
}
