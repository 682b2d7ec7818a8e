package dev.postern;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.postern.relay.RelayRules;
import dev.postern.relay.RelayWindows;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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

    /** Pure: what Postern knows and decides. */
    private static final DescribedPredicate<JavaClass> PURE = resideInAnyPackage(
                    PACKAGE + "model..", PACKAGE + "pending..")
            .or(type(RelayWindows.class))
            .or(type(RelayRules.class))
            .as("pure");

    @ArchTest
    static final ArchRule modelIsPure = classes()
            .that()
            .resideInAPackage("dev.postern.model..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "dev.postern.model..");

    @ArchTest
    static final ArchRule pureNeitherReadsNorWaits = noClasses()
            .that(PURE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio..", "java.util.concurrent..", "java.sql..", "io.vertx..");

    @ArchTest
    static final ArchRule administrationsRulesNeitherReadNorWait = noClasses()
            .that()
            .resideInAPackage("dev.postern.admin")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio.file..", "java.util.concurrent..", "java.sql..", "io.vertx..");

    @ArchTest
    static final ArchRule pureReadsNoClock = noClasses()
            .that(PURE)
            .or()
            .resideInAnyPackage("dev.postern.mailbox..", "dev.postern.quota..", "dev.postern.relay..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now");

    @ArchTest
    static final ArchRule model = room("model");

    @ArchTest
    static final ArchRule pending = room("pending", "model");

    @ArchTest
    static final ArchRule mailbox = room("mailbox", "model", "pending");

    @ArchTest
    static final ArchRule quota = room("quota", "model", "mailbox");

    @ArchTest
    static final ArchRule relay = room("relay", "model", "pending", "mailbox", "files");

    @ArchTest
    static final ArchRule database = room("database", "model", "pending", "config", "net", "files");

    @ArchTest
    static final ArchRule journal = room("journal", "model", "pending", "files");

    @ArchTest
    static final ArchRule files = room("files");

    @ArchTest
    static final ArchRule net = room("net", "model");

    @ArchTest
    static final ArchRule dovecotEvents = room("dovecot.events", "model", "pending", "net", "files");

    @ArchTest
    static final ArchRule dovecotDict = room("dovecot.dict", "model", "pending", "mailbox", "net");

    @ArchTest
    static final ArchRule dovecotPostlogin = room("dovecot.postlogin", "model", "pending", "net");

    @ArchTest
    static final ArchRule dovecotQuotawarning = room("dovecot.quotawarning", "model", "net");

    @ArchTest
    static final ArchRule postfixLookup = room("postfix.lookup", "model", "net");

    @ArchTest
    static final ArchRule postfixSocketmap = room("postfix.socketmap", "model", "net", "postfix.lookup");

    @ArchTest
    static final ArchRule postfixPolicy = room("postfix.policy", "model", "net", "postfix.lookup");

    @ArchTest
    static final ArchRule config = room("config", "model", "relay");

    @ArchTest
    static final ArchRule http =
            room("http", "model", "mailbox", "relay", "config", "net", "files", "metrics", "tokens");

    @ArchTest
    static final ArchRule tokens = room("tokens");

    @ArchTest
    static final ArchRule metrics = room("metrics");

    @ArchTest
    static final ArchRule schema = room("schema", "config", "model");

    @ArchTest
    static final ArchRule admin = room("admin", "model", "config", "schema");

    @ArchTest
    static final ArchRule check =
            room("check", "model", "postfix.socketmap", "config", "net", "schema", "database", "tokens");

    @ArchTest
    static final ArchRule systemd = room("systemd", "model");

    @ArchTest
    static final ArchRule nothingUsesTheWiring = noClasses()
            .that()
            .resideOutsideOfPackages(PACKAGE + "agent..", PACKAGE + "demo..")
            .and()
            .doNotHaveFullyQualifiedName(PACKAGE + "Main")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(PACKAGE + "agent..", PACKAGE + "demo..");

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("dev.postern.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyServersTouchSockets = noClasses()
            .that()
            .resideOutsideOfPackages(
                    PACKAGE + "net..", PACKAGE + "systemd..", PACKAGE + "database..", PACKAGE + "cli..")
            .and()
            .haveNameNotMatching(".*(Server|CertificateReloader|HttpMetrics|VertxMetricsAdapter)")
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
                    "dev.postern.admin.store..",
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

    /**
     * These translate the message of a library, look in it for one word, or catch several exceptions of this program's
     * own at once.
     */
    private static final Set<String> READERS_OF_MESSAGES = Set.of(
            PACKAGE + "model.FailureText",
            PACKAGE + "config.FileErrorText",
            PACKAGE + "config.MyNetworks",
            PACKAGE + "config.MyNetworksParser",
            PACKAGE + "config.TomlReader",
            PACKAGE + "database.DatabaseError",
            PACKAGE + "net.SocketFile",
            PACKAGE + "http.RequestParameters",
            PACKAGE + "agent.AgentDaemon",
            PACKAGE + "cli.ApiClient",
            PACKAGE + "cli.Cli",
            PACKAGE + "demo.DemoAgent",
            PACKAGE + "check.agent.AgentCheck",
            PACKAGE + "check.http.ListenerCheck");

    /** The message of a library names its classes: {@code FailureText} has the words for a log. */
    @ArchTest
    static final ArchRule fewReadMessagesOfLibraries = noClasses()
            .that(DescribedPredicate.describe(
                    "translate nothing", type -> !READERS_OF_MESSAGES.contains(type.getName())))
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "it is the message of an exception that is not this program's",
                    call -> Set.of("getMessage", "getLocalizedMessage")
                                    .contains(call.getTarget().getName())
                            && call.getTargetOwner().isAssignableTo(Throwable.class)
                            && !call.getTargetOwner().getPackageName().startsWith(PACKAGE)));

    /** What a public type may be: the last word of its name. A value of {@code model} is what it is called. */
    private static final Set<String> ROLES = Set.of(
            ("Access Account Accounts Admin Agent Cache Changes Check Checks Cli Client Code Codec Comparison Config "
                            + "Daemon Database Decoder Entry Escaping Exception Factory Failure File Files"
                            + " Filter Finding Flusher Format "
                            + "Handler Intake Journal Key Limit Limiter List Listener Listeners Loader Lock"
                            + " Logging Lookup "
                            + "Mailboxes Main Metrics Migration Name Networks Notifier Outcome Parser Peer"
                            + " Probe Problem "
                            + "Process Queue Reader Readiness Registry Report Result Role Rules Runner Section Server "
                            + "Services Session Signal Snapshot Sockets Source Spool Statements Store Text Token Url "
                            + "Version View Windows Worker Writer")
                    .split(" "));

    @ArchTest
    static final ArchRule publicTypesEndInARole = classes()
            .that()
            .arePublic()
            .and()
            .areTopLevelClasses()
            .and()
            .resideOutsideOfPackage(PACKAGE + "model..")
            .should()
            .haveNameMatching(".*\\.(\\w*[a-z])?(" + String.join("|", new TreeSet<>(ROLES)) + ")");

    /** A simple name means one thing, nested or not. */
    @ArchTest
    static void noNameTwice(JavaClasses classes) {
        Map<String, List<String>> byName = classes.stream()
                .filter(type -> !type.isAnonymousClass()
                        && !type.isArray()
                        && !type.getSimpleName().isEmpty()
                        && !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(
                        JavaClass::getSimpleName, Collectors.mapping(JavaClass::getName, Collectors.toList())));
        byName.values().removeIf(types -> types.size() == 1);
        assertThat(byName).isEmpty();
    }

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
