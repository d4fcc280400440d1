package io.iommuledger.lifecycle;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.UUID;

@AnalyzeClasses(packages = "io.iommuledger.lifecycle", importOptions = DoNotIncludeTests.class)
class LifecycleArchitectureTest {

    @ArchTest
    static final ArchRule the_domain_needs_nothing_but_the_jdk_and_jspecify = classes()
            .should()
            .onlyDependOnClassesThat(
                    resideInAnyPackage("io.iommuledger.lifecycle..", "java.lang..", "java.util..", "org.jspecify.."))
            .as("the domain needs nothing but the JDK and JSpecify");

    @ArchTest
    static final ArchRule the_domain_reads_no_clock_and_does_no_io = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.time..", "java.io..", "java.nio..", "java.net..", "java.util.concurrent..", "java.sql..")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .as("the domain reads no clock, does no I/O and knows no threads");

    @ArchTest
    static final ArchRule the_fold_gives_the_same_answer_every_time = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Random")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.util\\.random\\..*|java\\.util\\.Splittable.*|java\\.security\\..*")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .callMethod(System.class, "identityHashCode", Object.class)
            .as("the fold gives the same answer every time");

    @ArchTest
    static final ArchRule no_package_of_the_domain_depends_on_the_fold_but_those_that_name_its_host = noClasses()
            .that()
            .resideInAnyPackage("..iova..", "..device..", "..evidence..", "..context..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..host..", "..fact..")
            .as("addresses, devices, evidence and contexts do not know the fold or the facts");

    @ArchTest
    static final ArchRule facts_carry_data_and_nothing_else = classes()
            .that()
            .resideInAPackage("..fact..")
            .should()
            .beRecords()
            .orShould()
            .beInterfaces()
            .orShould()
            .beEnums()
            .as("facts carry data and nothing else: records, and the interfaces that sort them");
}
