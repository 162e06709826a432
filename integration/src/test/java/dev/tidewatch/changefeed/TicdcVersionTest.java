package dev.tidewatch.changefeed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TicdcVersionTest {

    @ParameterizedTest
    @CsvSource({
        "v7.3.0,                      false",
        "v6.5.10,                     false",
        "v7.4.0-20231010-2bcd1a1,     false",
        "v7.5.0-alpha,                false",
        "v7.5.0-alpha-58-g1a2b3c4,    false",
        "v7.5.0,                      true",
        "7.5.0,                       true",
        "v7.5.0-20231201-1a2b3c4,     true",
        "v7.5.3,                      true",
        "v8.0.0-alpha,                true",
        "v8.1.0,                      true",
        "v8.5.7-dirty,                true",
        "v9.0.0-beta.2.pre-nightly,   true",
        "v10.0,                       true",
    })
    void versionIsSupportedFrom750(String version, boolean supported) {
        assertThat(TicdcVersion.parse(version)).hasValueSatisfying(known -> assertThat(known.isSupported()).isEqualTo(supported));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "None", "nightly", "master", "v8", "99999999999.1.0", "v7.5.0 and more"})
    void anyOtherTextIsNoVersion(String text) {
        assertThat(TicdcVersion.parse(text)).isEmpty();
    }
}
