package io.holdfast.supervisor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The decisions stay a function: no clock, thread, random, file or log in them. */
class PurityTest {

    private static final String DECISIONS =
            "(Supervision|SupervisionState|DatabaseWatch|ServiceWatch|GaleraRecovery|FlapLimit|VipState|Alarms|PeerReport|Position|TemplateRenderer|NodePlan)(\\$.*)?";

    @Test
    void decisionsTouchNothingOutside() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.holdfast.supervisor");
        noClasses()
                .that()
                .haveNameMatching("io\\.holdfast\\.supervisor\\." + DECISIONS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..",
                        "java.nio..",
                        "java.net..",
                        "java.util.concurrent..",
                        "org.slf4j..",
                        "java.lang.foreign..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(classes);
    }
}
