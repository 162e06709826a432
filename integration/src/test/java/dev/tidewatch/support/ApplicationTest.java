package dev.tidewatch.support;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.ContextConfiguration;

/**
 * A test of the whole application with a real database, broker and changefeed. After each class, every line that the application logged
 * is validated against the schema.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "management.server.port=0")
@ContextConfiguration(initializers = TestStack.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ApplicationTest {

    @Autowired
    protected JdbcTemplate database;

    @Value("${camel.component.kafka.brokers}")
    protected String brokers;

    protected Api api;
    protected CapturedLog log;

    @BeforeAll
    void open(@LocalServerPort int port) {
        api = new Api("http://localhost:" + port);
        log = CapturedLog.open();
    }

    @AfterAll
    void everyLineIsAsTheSchemaSays() {
        log.close();
        new LogLineSchema().check(log.texts());
    }
}
