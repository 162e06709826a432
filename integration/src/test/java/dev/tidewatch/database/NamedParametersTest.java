package dev.tidewatch.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeExchangeException;
import org.apache.camel.component.sql.DefaultSqlPrepareStatementStrategy;
import org.apache.camel.component.sql.SqlPrepareStatementStrategy;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.CompositeIterator;

/** Camel's own strategy is the reference: same statement, same values, same errors. */
class NamedParametersTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final SqlPrepareStatementStrategy ours = new NamedParameters(',');
    private final SqlPrepareStatementStrategy camels = new DefaultSqlPrepareStatementStrategy(',');

    @AfterEach
    void stop() {
        camel.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "SELECT 1",
        "SELECT ?, ?",
        "SELECT * FROM t WHERE a = :?${variable.user[name]} AND b > :?${body[first]} AND c = :?header AND d = :?variable",
        "SELECT :?first, :?second, :?${body}, :?${header.header}",
        "SELECT * FROM t WHERE a IN (:?in:${variable.ids}) AND b = :?first",
        "SELECT * FROM t WHERE a IN (:?in:variable) AND b IN (:?in:${variable.ids})",
        "SELECT * FROM t WHERE a = :?$simple{body[second]}",
        "SELECT * FROM t WHERE a = :?${body[${header.header}]}",
        "SELECT ':?first', TIME('10:15')",
    })
    void preparesAndFillsAStatementAsCamelDoes(String query) throws SQLException {
        Exchange exchange = exchange(Map.of("first", 1, "second", "two"));

        // The second time it is parsed.
        for (int i = 0; i < 2; i++) {
            assertThat(ours.prepareQuery(query, true, exchange)).isEqualTo(camels.prepareQuery(query, true, exchange));
            assertThat(values(ours, query, exchange, exchange.getMessage().getBody()))
                    .isEqualTo(values(camels, query, exchange, exchange.getMessage().getBody()));
        }
        assertThat(ours.prepareQuery(query, false, exchange)).isEqualTo(query);
    }

    @Test
    void readsEachRowOfABatch() throws SQLException {
        Exchange exchange = exchange(List.of(Map.of("id", 1), Map.of("id", 2)));
        String query = "INSERT INTO t VALUES (:?id, :?${body[id]}, :?${variable.user[name]})";

        assertThat(values(ours, query, exchange, Map.of("id", 1))).containsExactly(1, 1, "admin");
        assertThat(values(ours, query, exchange, Map.of("id", 2))).containsExactly(2, 2, "admin");
        assertThat(exchange.getMessage().getBody()).isEqualTo(List.of(Map.of("id", 1), Map.of("id", 2)));
    }

    @Test
    void readsTheStatementOfEachCall() throws SQLException {
        Exchange exchange = exchange(Map.of("first", 1, "second", "two"));

        assertThat(values(ours, "SELECT :?first", exchange, null)).containsExactly(1);
        assertThat(values(ours, "SELECT :?second", exchange, null)).containsExactly("two");
        assertThat(ours.prepareQuery("SELECT :?second + 1", true, exchange)).isEqualTo("SELECT ? + 1");
    }

    @Test
    void keepsAMissingValueApartFromNull() throws SQLException {
        Exchange exchange = exchange(null);

        assertThat(values(ours, "SELECT :?${variable.nothing}", exchange, null)).containsExactly((Object) null);
        assertThatThrownBy(() -> values(ours, "SELECT :?nothing", exchange, null)).isInstanceOf(RuntimeExchangeException.class)
                .hasMessageStartingWith("Cannot find key [nothing] in message body or headers to use when setting named parameter in query"
                        + " [SELECT :?nothing]");
    }

    private Exchange exchange(Object body) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(body);
        exchange.getMessage().setHeader("header", "first");
        exchange.setVariable("variable", "a,b");
        exchange.setVariable("user", Map.of("name", "admin"));
        exchange.setVariable("ids", List.of(7, 8, 9));
        return exchange;
    }

    private static List<Object> values(SqlPrepareStatementStrategy strategy, String query, Exchange exchange, Object row)
            throws SQLException {
        List<Object> values = new ArrayList<>();
        Iterator<?> found = strategy.createPopulateIterator(query, strategy.prepareQuery(query, true, exchange), 2, exchange, row);
        found.forEachRemaining(value -> {
            if (value instanceof CompositeIterator<?> list) {
                list.forEachRemaining(values::add);
            } else {
                values.add(value);
            }
        });
        return values;
    }
}
