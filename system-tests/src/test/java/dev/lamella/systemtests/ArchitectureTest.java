package dev.lamella.systemtests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the direction of the dependencies and what each layer of the code may touch. ARCHITECTURE.md draws the same table. */
class ArchitectureTest {

    private static final String ROOT = "dev.lamella.";

    /** Each module's package and the packages it may use. */
    private static final Map<String, Set<String>> ALLOWED = new TreeMap<>(Map.ofEntries(
            entry("filetree", Set.of()),
            entry("linux", Set.of()),
            entry("fuse", Set.of("linux")),
            entry("erofs", Set.of("filetree")),
            entry("tar", Set.of("filetree")),
            entry("toc", Set.of("filetree", "tar")),
            entry("volume", Set.of("filetree", "erofs", "tar", "toc")),
            entry("store", Set.of("filetree", "volume")),
            entry("oci", Set.of("filetree")),
            entry("generator", Set.of("filetree", "tar", "toc", "volume", "store", "oci")),
            entry("client", Set.of()),
            entry("policy", Set.of("filetree", "oci")),
            entry("webhook", Set.of("filetree", "oci")),
            entry("jobs", Set.of()),
            entry("page", Set.of("client")),
            entry(
                    "service",
                    Set.of(
                            "filetree",
                            "volume",
                            "store",
                            "oci",
                            "generator",
                            "client",
                            "policy",
                            "webhook",
                            "jobs",
                            "page")),
            entry("node", Set.of("filetree", "linux", "erofs", "volume", "store", "oci")),
            entry("door", Set.of("filetree", "linux", "fuse", "volume", "store", "oci", "node")),
            entry(
                    "cli",
                    Set.of(
                            "filetree",
                            "erofs",
                            "tar",
                            "toc",
                            "linux",
                            "volume",
                            "store",
                            "oci",
                            "generator",
                            "client",
                            "policy",
                            "webhook",
                            "jobs",
                            "service",
                            "node",
                            "door"))));

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("testkit"))
            .importPackages("dev.lamella");

    static Set<String> modules() {
        return ALLOWED.keySet();
    }

    @Test
    void everyPackageIsInTheTable() {
        var found = new TreeSet<String>();
        PRODUCT.forEach(c -> found.add(c.getPackageName().substring(ROOT.length())));
        assertThat(found).isEqualTo(ALLOWED.keySet());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void dependenciesPointOneWay(String module) {
        List<String> forbidden = ALLOWED.keySet().stream()
                .filter(other -> !other.equals(module))
                .filter(other -> !ALLOWED.getOrDefault(module, Set.of()).contains(other))
                .map(other -> ROOT + other)
                .toList();
        if (!forbidden.isEmpty()) {
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + module)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(forbidden.toArray(String[]::new))
                    .check(PRODUCT);
        }
    }

    @Test
    void onlyLinuxCallsNativeCode() {
        var nativeCalls = DescribedPredicate.<JavaClass>describe(
                "belong to the foreign function interface",
                c -> Set.of("Linker", "SymbolLookup", "FunctionDescriptor").contains(c.getSimpleName())
                        && c.getPackageName().equals("java.lang.foreign"));
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "linux")
                .should()
                .dependOnClassesThat(nativeCalls)
                .check(PRODUCT);
    }

    @Test
    void codecsTouchNoNetworkClockOrRandomness() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + "filetree", ROOT + "tar", ROOT + "toc", ROOT + "erofs")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.nio.file..", "java.nio.channels..", "java.util.concurrent..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Clock")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .check(PRODUCT);
    }

    @Test
    void onlyTheCommandKnowsTheCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "cli")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("picocli..", "me.tongfei..")
                .check(PRODUCT);
    }

    @Test
    void exceptionsAreNamedSo() {
        classes()
                .that()
                .areAssignableTo(Throwable.class)
                .should()
                .haveSimpleNameEndingWith("Exception")
                .check(PRODUCT);
    }
}
