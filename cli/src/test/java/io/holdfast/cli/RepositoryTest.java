package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules of the whole repository that no module can check for itself. */
class RepositoryTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    /** What builds make and people's tools leave; not part of the sources. */
    private static final Set<String> NOT_SOURCES = Set.of(
            "target", ".tools", ".git", "node_modules", ".idea", "${project.basedir}", "screenshots", "schema.d.ts");

    /** The hard limit of the style page; 400 is the aim. */
    private static final int LONGEST_FILE = 600;

    private static final Pattern TEST_METHOD =
            Pattern.compile("(?m)^\\s*@(Test|ParameterizedTest|RepeatedTest|TestFactory)\\b");
    private static final Pattern SWITCHED_OFF =
            Pattern.compile("(?m)^\\s*@(Disabled\\w*|Ignore)\\b|Assumptions\\.assum");
    /** An address of a package registry, or a path of the machine that something was written on. */
    private static final Pattern ADDRESS = Pattern.compile(
            "https?://[^ \"'<>]*(repo\\d*\\.maven|registry\\.npmjs|deb\\.debian|pypi\\.org|repo1\\.)|/work/(main|wt|shared|steering)\\b");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)[^)]*\\)");
    private static final Pattern MODULE = Pattern.compile("<module>([a-z]+)</module>");
    private static final Pattern MODULE_DEPENDENCY =
            Pattern.compile("<dependency>\\s*<groupId>io\\.holdfast</groupId>\\s*<artifactId>holdfast-([a-z]+)<");
    private static final Map<String, Set<String>> MAY_DEPEND_ON = Map.of(
            "core", Set.of(),
            "protocol", Set.of(),
            "agent", Set.of("protocol"),
            "manager", Set.of("core", "protocol"),
            "supervisor", Set.of(),
            "cli", Set.of(),
            "simulator", Set.of("core", "protocol", "agent"),
            "bench", Set.of("core"),
            "lab", Set.of("cli", "supervisor", "agent", "manager"));

    @Test
    void everyTestClassEndsInTestSoThatNoneIsSkipped() {
        List<Path> wrong = files("java")
                .filter(file -> TEST_METHOD.matcher(text(file)).find())
                .filter(file -> !file.getFileName().toString().endsWith("Test.java"))
                .map(ROOT::relativize)
                .toList();

        assertThat(wrong)
                .as("classes with tests that Surefire's pattern *Test leaves out")
                .isEmpty();
    }

    @Test
    void noTestIsSwitchedOff() {
        List<Path> off = files("java")
                .filter(file -> file.toString().endsWith("Test.java"))
                .filter(file -> SWITCHED_OFF.matcher(text(file)).find())
                .filter(file -> !file.endsWith("RepositoryTest.java"))
                .map(ROOT::relativize)
                .toList();

        assertThat(off)
                .as("tests that are disabled or skip themselves by an assumption")
                .isEmpty();
    }

    @Test
    void noSourceFileIsLongerThanTheLimit() {
        List<String> tooLong = files("java", "ts", "tsx", "sh", "proto", "sql")
                .filter(file -> text(file).lines().count() > LONGEST_FILE)
                .map(file -> ROOT.relativize(file) + ": " + text(file).lines().count() + " lines")
                .toList();

        assertThat(tooLong).as("files over " + LONGEST_FILE + " lines").isEmpty();
    }

    @Test
    void noFileCarriesRegistryAddressOrMachinePath() {
        List<Path> wrong = files().filter(file -> !file.endsWith("RepositoryTest.java"))
                .filter(file -> ADDRESS.matcher(text(file)).find())
                .map(ROOT::relativize)
                .toList();

        assertThat(wrong)
                .as("files with an address of a registry or a path of this machine")
                .isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() {
        List<Path> unmarked = files("java")
                .filter(file -> file.endsWith("package-info.java"))
                .filter(file -> file.toString().contains("/src/main/java/"))
                .filter(file -> !text(file).contains("@NullMarked"))
                .map(ROOT::relativize)
                .toList();
        Stream<Path> withoutInfo = files("java")
                .filter(file -> file.toString().contains("/src/main/java/"))
                .map(file -> file.resolveSibling("package-info.java"))
                .distinct()
                .filter(info -> !Files.exists(info));

        assertThat(unmarked).isEmpty();
        assertThat(withoutInfo.map(ROOT::relativize))
                .as("packages without package-info.java")
                .isEmpty();
    }

    @Test
    void everyLinkOfTheDocumentationLeadsSomewhere() {
        List<String> broken = new ArrayList<>();
        files("md")
                .forEach(page -> LINK.matcher(text(page))
                        .results()
                        .map(link -> link.group(1))
                        .filter(target -> !target.contains("://"))
                        .filter(target -> !Files.exists(page.resolveSibling(target)))
                        .forEach(target -> broken.add(ROOT.relativize(page) + " -> " + target)));

        assertThat(broken).isEmpty();
    }

    /** The table of docs/architecture.md, "Modules": a new arrow between modules is a decision, not an accident. */
    @Test
    void modulesDependOnlyOnWhatTheArchitectureAllows() {
        List<String> modules = MODULE.matcher(text(ROOT.resolve("pom.xml")))
                .results()
                .map(module -> module.group(1))
                .toList();
        assertThat(modules)
                .as("modules of the build; a new one is entered here")
                .hasSameElementsAs(MAY_DEPEND_ON.keySet());
        MAY_DEPEND_ON.forEach((module, allowed) -> {
            List<String> needed = MODULE_DEPENDENCY
                    .matcher(text(ROOT.resolve(module).resolve("pom.xml")))
                    .results()
                    .map(dependency -> dependency.group(1))
                    .toList();
            assertThat(allowed).as("what " + module + " may depend on").containsAll(needed);
        });
    }

    private static Stream<Path> files(String... extensions) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    boolean sources =
                            !NOT_SOURCES.contains(folder.getFileName().toString()) && !folder.endsWith("console/dist");
                    return sources ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    String name = file.getFileName().toString();
                    if (NOT_SOURCES.contains(name)) {
                        return FileVisitResult.CONTINUE; // a worktree's .git is a file
                    }
                    if (extensions.length == 0 || Stream.of(extensions).anyMatch(end -> name.endsWith("." + end))) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        assertThat(found).as("files below " + ROOT).isNotEmpty();
        return found.stream().filter(Files::isRegularFile);
    }

    /** The file's text; empty for a file that is no text. */
    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (MalformedInputException noText) {
            return "";
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
