package io.holdfast.lab;

import io.holdfast.cli.Terminal;
import java.nio.file.Path;
import java.util.Optional;

/** The demonstration: a cluster, a fault, the timeline as it happens, a summary. */
final class Demo {
    Demo(LabOptions options, Fault.Call call, boolean once, Optional<Path> report, Terminal terminal) {}

    int run() {
        throw new LabException("not yet");
    }
}
