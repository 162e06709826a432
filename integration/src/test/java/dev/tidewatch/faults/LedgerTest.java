package dev.tidewatch.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private final Ledger ledger = new Ledger();

    private void came(int life, String mark, long offset) {
        ledger.came(life, new AuditLine(AuditLine.USER_EVENTS, 0, offset, mark));
    }

    private void isAccount(Ledger.Account account, int lines, int missing, int repeated, int duplicated, int unasked) {
        assertThat(account).usingRecursiveComparison().ignoringFields("findings")
                .isEqualTo(new Ledger.Account(account.expected(), lines, missing, repeated, duplicated, unasked, null));
        assertThat(account.findings()).hasSize(missing + repeated + duplicated + unasked);
    }

    @Test
    void oneLineForEachIsRight() {
        came(1, "a", 0);
        came(1, "b", 1);
        came(1, "perhaps", 2);
        isAccount(ledger.account(Set.of("a", "b"), Set.of("perhaps", "nor this")), 3, 0, 0, 0, 0);
    }

    @Test
    void whatDidNotComeIsMissing() {
        came(1, "a", 0);
        isAccount(ledger.account(Set.of("a", "b"), Set.of("perhaps")), 1, 1, 0, 0, 0);
    }

    @Test
    void theSameRecordInANewLifeIsRepeated() {
        came(1, "a", 0);
        came(2, "a", 0);
        isAccount(ledger.account(Set.of("a"), Set.of()), 2, 0, 1, 0, 0);
    }

    @Test
    void theSameRecordTwiceInOneLifeIsADuplicate() {
        came(1, "a", 0);
        came(2, "a", 0);
        came(2, "a", 0);
        isAccount(ledger.account(Set.of("a"), Set.of()), 3, 0, 1, 1, 0);
    }

    @Test
    void anotherRecordOfTheSameIsADuplicateEvenInANewLife() {
        came(1, "a", 0);
        came(2, "a", 1);
        isAccount(ledger.account(Set.of("a"), Set.of()), 2, 0, 0, 1, 0);
    }

    @Test
    void moreThanOnePollIsNotRepeatedButDuplicated() {
        for (int life = 1; life <= 2; life++) {
            for (int offset = 0; offset < 5001; offset++) {
                came(life, "a" + offset, offset);
            }
        }
        isAccount(ledger.account(Set.of(), allMarks()), 10_002, 0, 5000, 1, 0);
    }

    @Test
    void whatNobodyAskedForIsCountedOnceAndStaysKnown() {
        came(1, "a", 0);
        isAccount(ledger.account(Set.of(), Set.of()), 1, 0, 0, 0, 1);
        came(2, "a", 0);
        isAccount(ledger.account(Set.of(), Set.of()), 1, 0, 1, 0, 0);
    }

    private static Set<String> allMarks() {
        return IntStream.range(0, 5001).mapToObj(offset -> "a" + offset).collect(Collectors.toSet());
    }
}
