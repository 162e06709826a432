package dev.tidewatch.routefiles.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CamelDocsTest {

    @Test
    void linksToTheDocumentationOfTheVersionOnTheClassPath() {
        assertThat(CamelDocs.see("sql-component.html"))
                .matches(" See https://camel\\.apache\\.org/components/\\d+\\.\\d+\\.x/sql-component\\.html\\.");
    }
}
