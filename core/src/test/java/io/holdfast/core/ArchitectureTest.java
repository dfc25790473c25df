package io.holdfast.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.holdfast.core.text.Message;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The core is pure, and no test is skipped by its name. */
class ArchitectureTest {
    private static final JavaClasses PRODUCT = new ClassFileImporter().importPath(Path.of("target/classes"));
    private static final JavaClasses TESTS = new ClassFileImporter().importPath(Path.of("target/test-classes"));

    @Test
    void coreUsesNothingButPlainJavaAndPersistentCollections() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.holdfast.core..",
                        "java.lang..",
                        "java.time",
                        "java.util",
                        "java.util.function",
                        "java.util.stream",
                        "org.pcollections",
                        "org.jspecify.annotations")
                .check(PRODUCT);
    }

    @Test
    void coreHasNoClockThreadRandomOrIo() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.UUID")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Date")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Clock")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Instant")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .accessField(System.class, "out")
                .check(PRODUCT);
    }

    @Test
    void everyTestClassIsFoundByItsName() {
        methods()
                .that()
                .areAnnotatedWith(Test.class)
                .or()
                .areAnnotatedWith(ParameterizedTest.class)
                .should()
                .beDeclaredInClassesThat()
                .haveSimpleNameEndingWith("Test")
                .check(TESTS);
    }

    @Test
    void everyMessageHasBothLanguagesWithTheSameArguments() {
        for (Message message : Message.values()) {
            List<String> arguments = List.of("a0", "a1", "a2", "a3", "a4", "a5");
            for (int index = 0; index < message.arity(); index++) {
                assertThat(message.english()).as(message.name()).contains("{" + index + "}");
                assertThat(message.chinese()).as(message.name()).contains("{" + index + "}");
            }
            assertThat(message.english(arguments))
                    .as(message.name())
                    .doesNotContain("{")
                    .doesNotContain("?");
            assertThat(message.chinese(arguments)).as(message.name()).doesNotContain("{");
            assertThat(message.chinese()).as(message.name()).matches("(?s).*[\\u4e00-\\u9fff：].*");
        }
    }
}
