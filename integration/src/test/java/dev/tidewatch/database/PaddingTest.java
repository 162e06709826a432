package dev.tidewatch.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PaddingTest {

    @Test
    void repeatsTheLastValueUpToAPowerOfTwo() {
        assertThat(Padding.toPowerOfTwo(List.of())).isEmpty();
        assertThat(Padding.toPowerOfTwo(List.of(1))).containsExactly(1);
        assertThat(Padding.toPowerOfTwo(List.of(1, 2))).containsExactly(1, 2);
        assertThat(Padding.toPowerOfTwo(List.of(1, 2, 3, 4, 5))).containsExactly(1, 2, 3, 4, 5, 5, 5, 5);
    }
}
