package io.holdfast.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the lab starts Holdfast's own programs, out of the folder that {@code holdfast.home} names. */
final class Programs {

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

    /** The command line of a manager, by its own start script, without its settings. The temporary folder is where libraries unpack their native parts. */
    List<String> manager(Path temporary) {
        return cached("manager", temporary);
    }

    /** The command line of a management node's supervisor, by its own start script, without its arguments. */
    List<String> supervisor() {
        return script("supervisor", Path.of("/run/tmp"), classPath("supervisor"));
    }

    /** The command line of an agent whose classes give way to those of another folder: tests show so that a rule that is taken out is missed. */
    List<String> agent(Path configuration, Path before) {
        List<String> command = new ArrayList<>(script("agent", Path.of("/run/tmp"), before + ":" + classPath("agent")));
        command.add(configuration.toString());
        return command;
    }

    /** The command line of an agent, by its own start script. */
    List<String> agent(Path configuration) {
        List<String> command = new ArrayList<>(cached("agent", Path.of("/run/tmp")));
        command.add(configuration.toString());
        return command;
    }

    /** With the program's start-up cache, when the launcher has made one of the present build. */
    private List<String> cached(String module, Path temporary) {
        Path target = home.resolve(module).resolve("target");
        Path cache = target.resolve("holdfast-" + module + ".aot");
        Optional<Path> jar =
                jar(module, target).filter(built -> newer(cache, built) && newer(built, target.resolve("classes")));
        if (jar.isEmpty()) {
            return script(module, temporary, classPath(module));
        }
        List<String> command =
                new ArrayList<>(script(module, temporary, jar.get() + ":" + target.resolve("lib") + "/*"));
        command.add(1, "HOLDFAST_" + module.toUpperCase(Locale.ROOT) + "_CACHE=" + cache);
        return command;
    }

    private static Optional<Path> jar(String module, Path target) {
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.getFileName().toString().matches("holdfast-" + module + "-[0-9.]+\\.jar"))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether a file is there and younger than everything in another file or folder. */
    private static boolean newer(Path file, Path than) {
        try (Stream<Path> all = Files.walk(than)) {
            FileTime own = Files.getLastModifiedTime(file);
            for (Path one : all.toList()) {
                if (Files.isRegularFile(one) && Files.getLastModifiedTime(one).compareTo(own) > 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The scripts hold the options of the programs' JVMs. */
    private List<String> script(String module, Path temporary, String classPath) {
        return List.of(
                "env",
                "JAVA_HOME=" + System.getProperty("java.home"),
                "HOLDFAST_" + module.toUpperCase(Locale.ROOT) + "_LIB=" + classPath,
                "JDK_JAVA_OPTIONS=-Djava.io.tmpdir=" + temporary,
                "sh",
                home.resolve(module + "/src/main/dist/holdfast-" + module).toString());
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

    private String classPath(String module) {
        Path target = home.resolve(module).resolve("target");
        if (!Files.isDirectory(target.resolve("classes")) || !Files.isDirectory(target.resolve("lib"))) {
            throw new LabException("the module " + module + " is not built (" + target
                    + " lacks classes or lib); run ./holdfast build");
        }
        return target.resolve("classes") + ":" + target.resolve("lib") + "/*";
    }
}
