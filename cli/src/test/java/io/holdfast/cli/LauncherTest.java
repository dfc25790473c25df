package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's own promises, tried with the real shell. */
class LauncherTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final long LIMIT_SECONDS = 60;
    /** Loads the launcher's parts without starting anything. */
    private static final String PARTS = "set -euo pipefail; HOLDFAST_HOME='" + ROOT + "' TOOLS='" + ROOT + "/.tools';"
            + " for part in output packages jdk build run; do . '" + ROOT + "/packaging/launcher/'$part.sh; done; ";

    @TempDir
    private Path folder = Path.of("");

    private record Result(int exitCode, String out, String err) {}

    @Test
    void worksThroughSymbolicLinkFromPathWithBlanks() throws Exception {
        Path link = Files.createSymbolicLink(
                Files.createDirectories(folder.resolve("a path")).resolve("hold fast"), ROOT.resolve("holdfast"));

        Result result = run(folder, Map.of(), link.toString(), "version");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).matches("holdfast \\d+\\.\\d+\\.\\d+\\n");
    }

    @Test
    void helpNeedsNoBuild() throws Exception {
        assertThat(run(folder, Map.of(), ROOT.resolve("holdfast").toString()).out())
                .contains("demo", "test", "lab");
    }

    @Test
    void neverUsesOlderJdkSilently() throws Exception {
        Path old = fakeJdk("old", "17.0.15");

        Result result = shell(Map.of("JAVA_HOME", old.toString()), "find_jdk; echo $JAVA_HOME");

        assertThat(result.err()).contains(old.toString(), "Java 17, too old");
        assertThat(result.out().strip()).isNotEmpty().isNotEqualTo(old.toString());
    }

    @Test
    void takesTheJdkThatJavaHomeNames() throws Exception {
        Path newer = fakeJdk("newer jdk", "26.0.1");

        Result result = shell(Map.of("JAVA_HOME", newer.toString()), "find_jdk; echo $JAVA_HOME");

        assertThat(result.out().strip()).isEqualTo(newer.toString());
        assertThat(result.err()).isEmpty();
    }

    @Test
    void namesWhatToInstallWhenThereIsNoJdk() throws Exception {
        Result result = shell(
                Map.of("JAVA_HOME", "/nowhere"), "find_jdk() { return 1; }; apt-cache() { return 1; }; require_jdk");

        assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err())
                .contains("JDK 25 or newer is needed", "openjdk-25-jdk-headless", "temurin-25-jdk", "JAVA_HOME");
    }

    @Test
    void listsOnlyThePackagesThatAreMissing() throws Exception {
        Result result = shell(
                Map.of(),
                "printf '%s\\n' 'bash  the shell' 'no-such-package-here  why not' 'no-such-command unless=bash  not needed'"
                        + " | missing_packages");

        assertThat(result.out()).isEqualTo("no-such-package-here  why not\n");
    }

    @Test
    void takesTheGuardAgainstServicesAwayAgain() throws Exception {
        Path guard = folder.resolve("policy-rc.d");

        Result result = shell(
                Map.of("GUARD", guard.toString()),
                "SERVICE_GUARD=$GUARD; without_services sh -c '\"$GUARD\"; echo code $?; exit 7' || echo ended $?");

        assertThat(result.out()).isEqualTo("code 101\nended 7\n");
        assertThat(guard).doesNotExist();
    }

    @Test
    void leavesGuardOfTheMachineAlone() throws Exception {
        Path guard = Files.writeString(folder.resolve("policy-rc.d"), "the machine's own");

        shell(Map.of("GUARD", guard.toString()), "SERVICE_GUARD=$GUARD; without_services true");

        assertThat(guard).hasContent("the machine's own");
    }

    @Test
    void buildsModulesAfterThoseTheyNeed() throws Exception {
        List<String> modules =
                shell(Map.of(), "module_dependencies manager").out().lines().toList();

        assertThat(modules).containsSubsequence("core", "manager").containsSubsequence("protocol", "manager");
    }

    @Test
    void everyPackageHasReason() throws Exception {
        String lines = shell(Map.of(), "package_lines $(package_groups)").out();

        assertThat(lines.lines())
                .isNotEmpty()
                .allMatch(line -> line.matches("[a-z0-9.+-]+ +(unless=\\S+ +)?\\S+ .*|\\S+ +\\S+.*"));
    }

    private Path fakeJdk(String name, String version) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(home.resolve("bin"));
        for (String program : List.of("java", "javac")) {
            Files.createFile(
                    home.resolve("bin").resolve(program),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private Result shell(Map<String, String> environment, String script) throws Exception {
        return run(folder, environment, "bash", "-c", PARTS + script);
    }

    private static Result run(Path directory, Map<String, String> environment, String... command) throws Exception {
        Path out = Files.createTempFile("launcher", ".out");
        Path err = Files.createTempFile("launcher", ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " did not end within " + LIMIT_SECONDS + " s");
        }
        Result result = new Result(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
        Files.delete(out);
        Files.delete(err);
        return result;
    }
}
