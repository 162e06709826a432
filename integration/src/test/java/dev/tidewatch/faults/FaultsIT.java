package dev.tidewatch.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/** Nothing is lost or duplicated, whichever component is killed. docs/understand/faults.md explains longer runs. */
@Tag("process")
class FaultsIT {

    private static final Logger log = LoggerFactory.getLogger(FaultsIT.class);
    private static final long SEED = Long.getLong("faults.seed", 45);
    private static final Path DIRECTORY = Path.of("target/faults");

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void everyRequestAndEveryChangeHasItsLineOnce() throws Exception {
        FileSystemUtils.deleteRecursively(DIRECTORY);
        FaultTable table = new FaultTable();
        try (FaultRun run = new FaultRun(Path.of(System.getProperty("tidewatch.jar")), DIRECTORY)) {
            run.start();
            for (Scenario scenario : scenarios()) {
                table.add(run.live(scenario, rounds(scenario), SEED));
            }
            assertThat(run.unreadable()).isEmpty();
        } finally {
            log.info("Faults of the seed {}:\n{}", SEED, table);
            Files.writeString(DIRECTORY.resolve("table.md"), table.toString());
        }
        SoftAssertions.assertSoftly(softly -> table.rows().forEach(row -> {
            checkNothingLostOrTwice(softly, row.scenario() + ", user events", row.events());
            checkNothingLostOrTwice(softly, row.scenario() + ", row changes", row.changes());
            if (row.scenario() == Scenario.APPLICATION_STOPPED) {
                softly.assertThat(row.events().account().repeated()).as("user events read twice after a stop").isZero();
                softly.assertThat(row.changes().account().repeated()).as("row changes read twice after a stop").isZero();
            }
        }));
    }

    private static void checkNothingLostOrTwice(SoftAssertions softly, String what, FaultTable.Came came) {
        softly.assertThat(came.account().expected()).as("%s: expected", what).isPositive();
        softly.assertThat(came.account().missing()).as("%s: missing", what).isZero();
        softly.assertThat(came.account().duplicated()).as("%s: duplicated", what).isZero();
        softly.assertThat(came.account().unasked()).as("%s: unasked", what).isZero();
        softly.assertThat(came.deadLetters()).as("%s: dead letters", what).isZero();
    }

    private static List<Scenario> scenarios() {
        String names = System.getProperty("faults.scenarios");
        return names == null ? List.of(Scenario.values()) : Arrays.stream(names.split(",")).map(Scenario::valueOf).toList();
    }

    private static int rounds(Scenario scenario) {
        return Integer.getInteger("faults.rounds", scenario == Scenario.MIX ? 2 : 1);
    }
}
