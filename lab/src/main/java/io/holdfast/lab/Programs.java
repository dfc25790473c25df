package io.holdfast.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** How the lab starts Holdfast's own programs, out of the folder that {@code holdfast.home} names. */
final class Programs {

    private static final List<String> OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dfile.encoding=UTF-8");

    private final Path home;

    private Programs(Path home) {
        this.home = home;
    }

    /** Those of this Holdfast. @throws LabException when the property is missing or the modules have not been built */
    static Programs here() {
        String home = System.getProperty("holdfast.home");
        if (home == null) {
            throw new LabException("the system property holdfast.home is missing; start the lab by ./holdfast");
        }
        return new Programs(Path.of(home));
    }

    /** The folder of the repository. */
    Path home() {
        return home;
    }

    /** The command line of a manager. The temporary folder is where libraries unpack their native parts. */
    List<String> manager(Path temporary) {
        return java(
                "manager",
                "io.holdfast.manager.ManagerMain",
                temporary,
                List.of("-Xmx256m", "-Dholdfast.home=" + home));
    }

    /** The command line of an agent, by its own start script, which holds its JVM's options. */
    List<String> agent(Path configuration) {
        return List.of(
                "env",
                "JAVA_HOME=" + System.getProperty("java.home"),
                "HOLDFAST_AGENT_LIB=" + classPath("agent"),
                // Where libraries unpack their native parts: in the host's memory, gone at power-off.
                "JDK_JAVA_OPTIONS=-Djava.io.tmpdir=/run/tmp",
                "sh",
                home.resolve("agent/src/main/dist/holdfast-agent").toString(),
                configuration.toString());
    }

    /** The built web console, where it has been built. */
    Optional<Path> console() {
        return Optional.of(home.resolve("console/dist")).filter(Files::isDirectory);
    }

    /** As a line for a shell script. */
    static String quoted(List<String> command) {
        return command.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }

    private List<String> java(String module, String main, Path temporary, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(options);
        command.add("-Djava.io.tmpdir=" + temporary);
        command.add("-cp");
        command.add(classPath(module));
        command.add(main);
        return command;
    }

    private String classPath(String module) {
        Path target = home.resolve(module).resolve("target");
        if (!Files.isDirectory(target.resolve("classes")) || !Files.isDirectory(target.resolve("lib"))) {
            throw new LabException("the module " + module + " is not built (" + target
                    + " lacks classes or lib); run ./holdfast build");
        }
        return target.resolve("classes") + ":" + target.resolve("lib") + "/*";
    }
}
