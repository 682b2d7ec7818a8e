package dev.postern;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.stream.Stream;

/** The table of rooms in {@code agent/README.md}, held to. */
@AnalyzeClasses(packages = "dev.postern", importOptions = ArchitectureTest.WithoutTests.class)
class ArchitectureTest {

    private static final String PACKAGE = "dev.postern.";

    /** Leaves out what lies where this test lies, wherever the build has put it. */
    static final class WithoutTests implements ImportOption {

        private final String tests = ArchitectureTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();

        @Override
        public boolean includes(Location location) {
            return !location.contains(tests);
        }
    }

    @ArchTest
    static final ArchRule coreIsPure = classes()
            .that()
            .resideInAPackage("dev.postern.model..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "dev.postern.model..");

    @ArchTest
    static final ArchRule coreNeitherReadsNorWaits = noClasses()
            .that()
            .resideInAPackage("dev.postern.model..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio..", "java.util.concurrent..", "java.sql..");

    @ArchTest
    static final ArchRule coreAsksNoClock = noClasses()
            .that()
            .resideInAnyPackage("dev.postern.model..", "dev.postern.mailbox..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now");

    @ArchTest
    static final ArchRule config = room("config", "core");

    @ArchTest
    static final ArchRule net = room("net");

    @ArchTest
    static final ArchRule events = room("events", "core", "net");

    @ArchTest
    static final ArchRule dict = room("dict", "core", "net", "directory");

    @ArchTest
    static final ArchRule postlogin = room("postlogin", "core", "net");

    @ArchTest
    static final ArchRule warning = room("warning", "core", "net");

    @ArchTest
    static final ArchRule store = room("store", "core", "config");

    @ArchTest
    static final ArchRule directory = room("directory", "core");

    @ArchTest
    static final ArchRule lookup = room("lookup", "core");

    @ArchTest
    static final ArchRule socketmap = room("socketmap", "core", "net", "lookup");

    @ArchTest
    static final ArchRule policy = room("policy", "core", "net", "lookup");

    @ArchTest
    static final ArchRule schema = room("schema", "config");

    @ArchTest
    static final ArchRule doctor = room("doctor", "config", "core", "net", "schema", "store", "tokens");

    @ArchTest
    static final ArchRule embedded = room("embedded");

    @ArchTest
    static final ArchRule journal = room("journal", "core");

    @ArchTest
    static final ArchRule systemd = room("systemd");

    @ArchTest
    static final ArchRule metrics = room("metrics");

    @ArchTest
    static final ArchRule tokens = room("tokens");

    @ArchTest
    static final ArchRule http = room("http", "core", "config", "net", "metrics", "directory", "tokens");

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("dev.postern.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyServersTouchSockets = noClasses()
            .that()
            .resideOutsideOfPackages(PACKAGE + "net..", PACKAGE + "systemd..", PACKAGE + "store..", PACKAGE + "cli..")
            .and()
            .haveSimpleNameNotEndingWith("Server")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx.core.net..", "io.netty.channel..");

    @ArchTest
    static final ArchRule fewLookInsideVertx = noClasses()
            .that()
            .resideOutsideOfPackages(PACKAGE + "net..", PACKAGE + "systemd..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx.core.internal..");

    @ArchTest
    static final ArchRule onlyTheDatabasesRoomsTouchSql = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.postern.database..",
                    "dev.postern.schema..",
                    "dev.postern.demo..",
                    "dev.postern.check.database..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.mysqlclient..", "java.sql..", "javax.sql..");

    @ArchTest
    static final ArchRule noJavaUtilLogging = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static final ArchRule noLocks = noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED);

    @ArchTest
    static final ArchRule oneLoop = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.CompletableFuture")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.vertx.core.eventbus.EventBus");

    @ArchTest
    static final ArchRule namesSayWhatThingsAre = noClasses()
            .should()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameContaining("Util")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Impl");

    /** Of our own packages, a room may use itself and these. */
    private static ArchRule room(String name, String... usable) {
        Stream<String> own = Stream.concat(Stream.of(name), Stream.of(usable)).map(other -> PACKAGE + other + "..");
        return classes()
                .that()
                .resideInAPackage(PACKAGE + name + "..")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(own.toArray(String[]::new)).or(resideOutsideOfPackage("dev.postern..")))
                .allowEmptyShould(true);
    }
}
