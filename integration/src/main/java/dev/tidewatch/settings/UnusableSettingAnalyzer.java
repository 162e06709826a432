package dev.tidewatch.settings;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Lets Spring Boot report an unusable setting by its message alone, however deep in other exceptions it is found. */
class UnusableSettingAnalyzer extends AbstractFailureAnalyzer<UnusableSettingException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, UnusableSettingException cause) {
        return new FailureAnalysis(cause.getMessage(), null, failure);
    }
}
