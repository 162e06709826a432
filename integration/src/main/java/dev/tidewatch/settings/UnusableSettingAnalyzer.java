package dev.tidewatch.settings;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** Reports an unusable setting by its message alone, however deep it is nested. It runs before Spring Boot's analyzers. */
@Order(Ordered.HIGHEST_PRECEDENCE)
class UnusableSettingAnalyzer implements FailureAnalyzer {

    private final Environment environment;

    UnusableSettingAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    public FailureAnalysis analyze(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            UnusableSettingException unusable = cause instanceof BindException unbound ? SettingBinder.explain(unbound, environment)
                    : cause instanceof UnusableSettingException found ? found : null;
            if (unusable != null) {
                return new FailureAnalysis(unusable.getMessage(), null, failure);
            }
        }
        return null;
    }
}
