package io.holdfast.supervisor.setup;

import java.io.IOException;
import java.util.Map;

/** What a node's supervisor says of its own node, without what it says of the other one; empty when it doesn't answer. */
record NodeWord(String document) {

    /** Asks. */
    static NodeWord of(NodeHands machine) throws IOException, InterruptedException {
        String document = machine.perform(Task.STATUS, Map.of()).getOrDefault("status", "");
        int peer = document.indexOf("\"peer\":");
        return new NodeWord(peer < 0 ? document : document.substring(0, peer));
    }

    boolean leads() {
        return document.contains("\"role\":\"leader\"");
    }

    /** Its manager follows, and everything that a leader needs is there, keepalived too. */
    boolean standsBy() {
        return document.contains("\"role\":\"standby\"")
                && fit()
                && document.contains("\"synced\":true")
                && document.contains("\"item\":\"keepalived\",\"good\":true");
    }

    boolean fit() {
        return document.contains("\"fit\":true");
    }

    boolean held() {
        return document.contains("\"held\":true");
    }

    /** Whether the database has all three votes. */
    boolean whole() {
        return document.contains("\"members\":3");
    }
}
