package dev.tidewatch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.tidewatch.embedded.EmbeddedBroker;
import dev.tidewatch.support.ApplicationTest;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which capability may use which; docs/understand/architecture.md lists them. */
class ArchitectureTest {

    private static final String ROOT = "dev.tidewatch";
    /** From the bottom up: a capability uses only those of lower layers. */
    private static final List<Set<String>> LAYERS = List.of(
            Set.of("settings", "changes"),
            Set.of("kafka", "http", "database"),
            Set.of("consumer"),
            Set.of("outbox", "changefeed"),
            Set.of("login", "audit", "deadletters", "history"),
            Set.of("kamelets", "live"),
            Set.of("routefiles"),
            Set.of("health"));
    private static final JavaClasses APPLICATION = classesBeside(Tidewatch.class);
    private static final JavaClasses EMBEDDED = classesBeside(EmbeddedBroker.class);
    private static final JavaClasses TESTS = classesBeside(ApplicationTest.class);

    @TestFactory
    Stream<DynamicTest> aCapabilityUsesOnlyLowerLayers() {
        List<String> allowed = new ArrayList<>(List.of(""));
        return LAYERS.stream().flatMap(layer -> {
            List<String> lower = List.copyOf(allowed);
            allowed.addAll(layer);
            return layer.stream().map(name -> DynamicTest.dynamicTest(name, () -> {
                ArchRule rule = noClasses().that(describe("are in " + name, type -> capability(type).equals(name)))
                        .should(dependOnClassesThat(describe("are in another capability of this or a higher layer", type -> isOurs(type)
                                && !capability(type).equals(name) && !lower.contains(capability(type)))));
                rule.check(APPLICATION);
            }));
        });
    }

    @Test
    void everyPackageIsACapabilityWithALayer() {
        Set<String> known = LAYERS.stream().collect(HashSet::new, Set::addAll, Set::addAll);
        assertThat(APPLICATION.stream().map(ArchitectureTest::capability).filter(name -> !name.isEmpty()).distinct())
                .containsExactlyInAnyOrderElementsOf(known);
    }

    @Test
    void changesKnowsNeitherCamelNorKafkaNorSpringNorAClock() {
        noClasses().that().resideInAPackage(ROOT + ".changes..")
                .should().dependOnClassesThat().resideInAnyPackage("org.apache.camel..", "org.apache.kafka..", "org.springframework..")
                .orShould().dependOnClassesThat().areAssignableTo(Clock.class)
                .orShould().callMethod(Instant.class, "now")
                .orShould().callMethod(System.class, "currentTimeMillis")
                .orShould().callMethod(System.class, "nanoTime")
                .check(APPLICATION);
    }

    @Test
    void noTwoTypesHaveTheSameSimpleName() {
        Map<String, List<String>> byName = Stream.concat(APPLICATION.stream(), EMBEDDED.stream())
                .filter(type -> !type.isAnonymousClass() && !type.isLocalClass() && !type.getSimpleName().equals("package-info"))
                .collect(groupingBy(JavaClass::getSimpleName, mapping(JavaClass::getName, toList())));
        byName.values().removeIf(types -> types.size() == 1);
        assertThat(byName).isEmpty();
    }

    @Test
    void testsThatStartTheApplicationAreIntegrationTests() {
        classes().that().areAssignableTo(ApplicationTest.class).and().areNotAssignableFrom(ApplicationTest.class)
                .should().haveSimpleNameEndingWith("IT").check(TESTS);
    }

    /** The classes of the folder or jar that a class was loaded from. */
    private static JavaClasses classesBeside(Class<?> type) {
        try {
            Path location = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
            return Files.isDirectory(location) ? new ClassFileImporter().importPath(location)
                    : new ClassFileImporter().importJar(new JarFile(location.toFile()));
        } catch (URISyntaxException | IOException e) {
            throw new AssertionError(type + " has no location", e);
        }
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().startsWith(ROOT);
    }

    /** The package below the root's; empty for the root's own classes, which every capability may use. */
    private static String capability(JavaClass type) {
        String[] below = type.getPackageName().substring(Math.min(type.getPackageName().length(), ROOT.length())).split("\\.");
        return below.length < 2 ? "" : below[1];
    }
}
