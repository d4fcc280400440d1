package io.iommuledger.agent;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.iommuledger.agent", importOptions = DoNotIncludeTests.class)
class AgentArchitectureTest {

    @ArchTest
    static final ArchRule the_agent_needs_nothing_of_spring_axon_or_a_database = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "org.axonframework..", "java.sql..", "javax.sql..")
            .as("the agent needs nothing of Spring, Axon or a database");

    @ArchTest
    static final ArchRule the_kernel_port_depends_on_no_other_package_of_the_agent = noClasses()
            .that()
            .resideInAPackage("..agent.kernel")
            .should()
            .dependOnClassesThat(resideInAPackage("io.iommuledger.agent..")
                    .and(not(resideInAPackage("io.iommuledger.agent.kernel"))))
            .as("the kernel port depends on no other package of the agent");

    @ArchTest
    static final ArchRule only_linux_calls_native_code = noClasses()
            .that()
            .resideOutsideOfPackage("..agent.linux")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.sun.jna..", "java.lang.foreign..")
            .as("only the Linux kernel calls native code");

    @ArchTest
    static final ArchRule what_the_agent_does_and_records_does_not_know_the_network = noClasses()
            .that()
            .resideInAnyPackage(
                    "..agent.host", "..agent.recording", "..agent.journal", "..agent.kernel", "..agent.simulated")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "java.net..", "io.iommuledger.agent.uplink..")
            .as("what the agent does and records does not know the network");

    @ArchTest
    static final ArchRule what_the_agent_does_knows_no_implementation_of_the_kernel = noClasses()
            .that()
            .resideInAnyPackage("..agent.host", "..agent.recording", "..agent.uplink")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..agent.linux", "..agent.simulated")
            .as("what the agent does knows no implementation of the kernel");

    @ArchTest
    static final ArchRule the_journal_knows_nothing_of_what_its_records_say = noClasses()
            .that()
            .resideInAPackage("..agent.journal")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("io.iommuledger..").and(not(resideInAPackage("io.iommuledger.agent.journal"))))
            .as("the journal knows nothing of what its records say");

    @ArchTest
    static final ArchRule the_service_never_loads_scripts = noClasses()
            .that()
            .resideOutsideOfPackage("..agent.script")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..agent.script")
            .as("the service never loads scripts");

    @ArchTest
    static final ArchRule the_simulated_machine_is_independent_of_the_fold = noClasses()
            .that()
            .resideInAPackage("..agent.simulated")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.iommuledger.lifecycle.host..", "io.iommuledger.lifecycle.fact..")
            .as("the simulated machine is independent of the fold, which is checked against it");

    @ArchTest
    static final ArchRule packages_do_not_depend_on_each_other_in_a_circle =
            slices().matching("io.iommuledger.agent.(*)..").should().beFreeOfCycles();
}
