package io.holdfast.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether two leaders have acted: the epochs of the commands that an agent accepted, and those in the managers' journal, never go down. */
final class EpochCheck {

    private static final Pattern ACCEPTED = Pattern.compile("command (\\w+) of epoch (\\d+) accepted");
    private static final Pattern REFUSED = Pattern.compile("command (\\w+) of epoch (\\d+) refused");

    private EpochCheck() {}

    /** A command that an agent accepted or refused. */
    record Told(String command, long epoch) {}

    /** The commands that this agent has accepted, in order. */
    static List<Told> accepted(Path agentLog) {
        return told(agentLog, ACCEPTED);
    }

    /** The commands that this agent has refused because of their epoch, in order. */
    static List<Told> refused(Path agentLog) {
        return told(agentLog, REFUSED);
    }

    private static List<Told> told(Path agentLog, Pattern pattern) {
        List<Told> found = new ArrayList<>();
        try {
            if (Files.exists(agentLog)) {
                for (String line : Files.readString(agentLog, StandardCharsets.ISO_8859_1)
                        .lines()
                        .toList()) {
                    Matcher matcher = pattern.matcher(line);
                    if (matcher.find()) {
                        found.add(new Told(matcher.group(1), Long.parseLong(matcher.group(2))));
                    }
                }
            }
        } catch (IOException e) {
            throw new LabException("the log " + agentLog + " can't be read: " + e.getMessage(), e);
        }
        return found;
    }

    /** How often an epoch is lower than one before it. */
    static int falls(List<Long> epochs) {
        int falls = 0;
        long highest = Long.MIN_VALUE;
        for (long epoch : epochs) {
            if (epoch < highest) {
                falls++;
            }
            highest = Math.max(highest, epoch);
        }
        return falls;
    }

    /** Signs of two leaders in all agents' logs and in the journal of this node's database. */
    static int twoLeaders(Lab lab, ManagementMachine node) {
        int falls = falls(node.rows("select epoch from holdfast.journal order by sequence").stream()
                .map(Long::parseLong)
                .toList());
        for (LabHost host : lab.hosts()) {
            falls += falls(accepted(host.folder().resolve("agent.log")).stream()
                    .map(Told::epoch)
                    .toList());
        }
        return falls;
    }
}
