package io.iommuledger.standalone;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which module may know which. */
@AnalyzeClasses(packages = "io.iommuledger", importOptions = ImportOption.DoNotIncludeTests.class)
class DependencyDirectionsTest {
    private static final String LIFECYCLE = "io.iommuledger.lifecycle..";
    private static final String PROTOCOL = "io.iommuledger.protocol..";
    private static final String PROOF = "io.iommuledger.proof..";
    private static final String AGENT = "io.iommuledger.agent..";
    private static final String DB = "io.iommuledger.db..";
    private static final String WEB = "io.iommuledger.web..";
    private static final String REPORT = "io.iommuledger.report..";
    private static final String COMMAND = "io.iommuledger.command..";
    private static final String QUERY = "io.iommuledger.query..";
    private static final String CLI = "io.iommuledger.cli..";
    private static final String PLAYER = "io.iommuledger.cli.replay..";
    private static final String STANDALONE = "io.iommuledger.standalone..";

    @ArchTest
    static final ArchRule the_lifecycle_knows_only_the_jdk = classes()
            .that()
            .resideInAPackage(LIFECYCLE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(LIFECYCLE, "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule proofs_are_checked_with_the_jdk_and_bouncy_castle_alone = classes()
            .that()
            .resideInAPackage(PROOF)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(PROOF, "java..", "org.bouncycastle..", "org.jspecify..");

    @ArchTest
    static final ArchRule the_protocol_knows_the_lifecycle_and_the_wire = noClasses()
            .that()
            .resideInAPackage(PROTOCOL)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    AGENT, DB, WEB, COMMAND, QUERY, STANDALONE, "org.springframework..", "org.axonframework..");

    @ArchTest
    static final ArchRule the_agent_knows_no_server_and_no_spring = noClasses()
            .that()
            .resideInAPackage(AGENT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(DB, WEB, COMMAND, QUERY, STANDALONE, "org.springframework..", "org.axonframework..");

    @ArchTest
    static final ArchRule the_database_knows_neither_side = noClasses()
            .that()
            .resideInAPackage(DB)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(AGENT, WEB, COMMAND, QUERY, STANDALONE);

    @ArchTest
    static final ArchRule the_shared_web_parts_know_neither_side = noClasses()
            .that()
            .resideInAPackage(WEB)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(AGENT, PROTOCOL, DB, COMMAND, QUERY, STANDALONE);

    @ArchTest
    static final ArchRule reports_know_nothing_of_what_they_tell = noClasses()
            .that()
            .resideInAPackage(REPORT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    LIFECYCLE, PROTOCOL, AGENT, DB, COMMAND, QUERY, CLI, STANDALONE, "org.springframework..");

    @ArchTest
    static final ArchRule only_reports_lay_out_pages = noClasses()
            .that()
            .resideOutsideOfPackage(REPORT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.openhtmltopdf..", "org.apache.pdfbox..");

    @ArchTest
    static final ArchRule the_command_side_does_not_know_the_query_side_or_the_agent = noClasses()
            .that()
            .resideInAPackage(COMMAND)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(AGENT, QUERY, STANDALONE);

    @ArchTest
    static final ArchRule the_query_side_does_not_know_the_command_side_or_the_agent = noClasses()
            .that()
            .resideInAPackage(QUERY)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(AGENT, COMMAND, STANDALONE);

    @ArchTest
    static final ArchRule the_command_line_knows_nothing_of_what_it_asks_and_starts_nothing_that_is_slow = classes()
            .that()
            .resideInAPackage(CLI)
            .and()
            .resideOutsideOfPackage(PLAYER)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(CLI, "java..", "picocli..", "tools.jackson..", "org.jspecify..")
                    .and(resideOutsideOfPackage(PLAYER)));

    @ArchTest
    static final ArchRule the_player_of_bundles_needs_neither_a_server_nor_a_database = classes()
            .that()
            .resideInAPackage(PLAYER)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(CLI, LIFECYCLE, PROTOCOL, "java..", "picocli..", "tools.jackson..", "org.jspecify..");

    @ArchTest
    static final ArchRule only_the_database_the_sides_know_axon = noClasses()
            .that()
            .resideOutsideOfPackages(DB, COMMAND, QUERY)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.axonframework..");
}
