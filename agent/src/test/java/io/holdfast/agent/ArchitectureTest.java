package io.holdfast.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private final JavaClasses product =
            new ClassFileImporter(List.of(new ImportOption.DoNotIncludeTests())).importPackages("io.holdfast.agent");

    @Test
    void theLeaseRulesDependOnNothingAndNeverAskAClock() {
        classes()
                .that()
                .resideInAPackage("..agent.rule")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "..agent.rule",
                        "java.lang",
                        "java.lang.runtime",
                        "java.lang.invoke",
                        "java.util",
                        "org.jspecify..")
                .check(product);
        noClasses()
                .that()
                .resideInAPackage("..agent.rule")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(product);
    }

    @Test
    void leasesAndSelfFenceNeverCallLibvirt() {
        noClasses()
                .that()
                .resideInAnyPackage("..agent.lease", "..agent.rule", "..agent.system", "..agent.state")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..agent.libvirt", "..agent.link", "..agent.vm")
                .check(product);
        noClasses()
                .that()
                .haveSimpleName("SelfFence")
                .or()
                .haveSimpleName("WatchdogFeeder")
                .should()
                .dependOnClassesThat()
                .haveSimpleName("Hypervisor")
                .check(product);
    }

    @Test
    void everyTestClassHasANameThatIsRun() {
        JavaClasses tests =
                new ClassFileImporter(List.of(new ImportOption.OnlyIncludeTests())).importPackages("io.holdfast.agent");
        classes()
                .that()
                .containAnyMethodsThat(
                        DescribedPredicate.describe("are tests", method -> method.isAnnotatedWith(Test.class)))
                .should()
                .haveSimpleNameEndingWith("Test")
                .check(tests);
    }
}
