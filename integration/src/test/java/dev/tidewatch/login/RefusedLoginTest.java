package dev.tidewatch.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.CALLS_REAL_METHODS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import dev.tidewatch.consumer.TransientFailures;
import dev.tidewatch.database.DatabaseState;
import dev.tidewatch.http.Caller;
import dev.tidewatch.http.Problems;
import java.io.IOException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ProcessorEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.converter.json.Jackson2ObjectMapperBuilder;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.SimpleTransactionStatus;

/** The login routes with a wrong password, without the application: the database is a stub. */
class RefusedLoginTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final AccessTokens accessTokens = mock(AccessTokens.class);
    private boolean databaseFails;

    @BeforeEach
    void loadRoutes() throws Exception {
        Passwords passwords = mock(Passwords.class);
        PlatformTransactionManager transactions = mock(PlatformTransactionManager.class);
        when(transactions.getTransaction(any())).thenAnswer(begin -> new SimpleTransactionStatus());
        when(passwords.slots()).thenReturn(1);
        when(passwords.matches(any(), any())).thenReturn(false);
        Map.of("passwords", passwords, "accessTokens", accessTokens, "loginEvents", mock(LoginEvents.class),
                "loginProblems", new LoginProblems(), "lockPolicy", new LockPolicy(10, 60, 900, 900),
                "transientFailures", new TransientFailures(), "transactionManager", transactions,
                "problems", newProblems(), "databaseState", new DatabaseState()).forEach(camel.getRegistry()::bind);
        Properties settings = new Properties();
        settings.putAll(Map.of("roles.events", "false", "tidewatch.login.end-locks-every", "1s"));
        camel.getPropertiesComponent().setInitialProperties(settings);
        camel.setAutowiredEnabled(false);
        camel.addComponent("sql", new StubDatabase());
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:receive-request").setVariable("caller", () -> new Caller("192.0.2.1", null, null, null, false));
                List.of("limit-login-rate", "store-event", "announce-event").forEach(name -> from("direct:" + name).log(name));
            }
        });
        PluginHelper.getRoutesLoader(camel).loadRoutes(
                route("http/http-errors"), route("login/login"), route("login/account-lock"));
        camel.start();
    }

    @AfterEach
    void stop() throws IOException {
        camel.close();
    }

    @ParameterizedTest
    @CsvSource({"false, 401", "true, 503"})
    void opensNoSessionEvenIfTheFailureCannotBeRecorded(boolean fails, int status) {
        databaseFails = fails;

        Exchange answer = camel.createProducerTemplate().send("direct:login", request ->
                request.getMessage().setBody("{\"username\":\"admin\",\"password\":\"wrong\"}"));

        assertThat(answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(status);
        assertThat(answer.getMessage().getBody(String.class)).contains("\"status\":" + status);
        verifyNoInteractions(accessTokens);
    }

    private static Problems newProblems() {
        Problems problems = mock(Problems.class, CALLS_REAL_METHODS);
        ReflectionTestUtils.setField(problems, "json", Jackson2ObjectMapperBuilder.json().build());
        return problems;
    }

    private Resource route(String name) {
        return PluginHelper.getResourceLoader(camel).resolveResource("classpath:camel/" + name + ".camel.yaml");
    }

    /** Finds no rows and updates none; fails at the count of failed logins. */
    private final class StubDatabase extends DefaultComponent {

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            parameters.clear();
            return new ProcessorEndpoint(uri, this, exchange -> {
                if (databaseFails && remaining.endsWith("count-login-failure.sql")) {
                    throw new SQLTransientConnectionException("the database is down");
                }
                exchange.getMessage().setBody(null);
                exchange.getMessage().setHeader("CamelSqlUpdateCount", 0);
            });
        }
    }
}
