package dev.tidewatch.consumer;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

/** What consumers need of the database. */
@Configuration(proxyBeanMethods = false)
class ConsumerConfiguration {

    /** A transaction takes a connection with its first statement, so that row changes, which need none, do not wait for the database. */
    @Bean
    static BeanPostProcessor lazyConnections() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (!(bean instanceof HikariDataSource pool)) {
                    return bean;
                }
                LazyConnectionDataSourceProxy lazy = new LazyConnectionDataSourceProxy();
                lazy.setTargetDataSource(pool);
                // Told, it does not connect to ask.
                lazy.setDefaultAutoCommit(true);
                lazy.setDefaultTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                return lazy;
            }
        };
    }
}
